"""The people of a drill: they use the desk as everybody does, over HTTP and in its Telegram."""

import secrets
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botapi.client import BotApiClient
from botapi.sights import Button, ChatMessage
from chassis.catalogue import Catalogue
from cli.desk import Desk
from cli.drill.timeline import LONGEST_SECONDS
from cli.gateway import NotNow, ask, page
from cli.people import LOCAL_BOT, join, person
from cli.token import make_token
from cli.trouble import Trouble

HOUR = 3600
FIRST_ID = 3_000_000_000
DRILL = {"ru": "Учения", "en": "Drill"}


class Stage:
    """A running desk, its agent, and whoever complains. Everybody is new in every drill."""

    def __init__(self, desk: Desk, telegram_url: str) -> None:
        self.desk = desk
        self.api = BotApiClient(telegram_url)
        self._run = int(time.time())
        self.agent = self._join_agent()

    @cached_property
    def words(self) -> Catalogue:
        """What the bot says, to know its questions and buttons by."""
        return Catalogue.read(self.desk.locale, "bot")

    def own(self, text: str) -> str:
        """Words that no other drill says: the status page remembers the earlier ones."""
        return f"{DRILL[self.desk.locale]} {self._run % 1_000_000}: {text}"

    def refuse_open_incident(self) -> None:
        """Raises Trouble: its end and the drill's would be taken for one another."""
        try:
            incident = self.status()["incident"]
        except NotNow as refusal:
            raise Trouble(
                f"The desk does not answer ({refusal}): ./support doctor says why."
            ) from None
        if incident is not None:
            raise Trouble(
                f"An incident is open ({incident['title']}): end it first with /resolve, or drill "
                "on another desk: ./support up --data-dir …"
            )

    def status(self) -> dict[str, Any]:
        """What every user is told. Raises NotNow."""
        status, answer = ask(f"{self.desk.address}/api/support/status/")
        if status != 200:
            raise NotNow(f"The status cannot be read: {answer.get('detail', status)}")
        return answer

    def shows(self, path: str, text: str) -> bool:
        """Whether a public page has these words. Raises NotNow."""
        return text in page(f"{self.desk.address}{path}")

    def app_user(self, number: int) -> "AppUser":
        sub = f"drill-{self._run}-{number}"
        return AppUser(self.desk, make_token(self.desk, sub, HOUR, name=f"Drill {number}"))

    def speaker(self, number: int) -> "Speaker":
        """Somebody new in Telegram, who has pressed Start."""
        speaker = Speaker(self.api, FIRST_ID + self._run % 1_000_000 * 1_000 + number)
        self.api.add_person(speaker.id, f"Drill {number}")
        speaker.says("/start")
        return speaker

    def _join_agent(self) -> "Speaker":
        """The desk's agent, who hears nothing of what was said before this drill."""
        agent = person("agent", self.desk.locale)
        join(self.api, agent)
        said = self.api.messages(agent.id, bot=LOCAL_BOT)
        return Speaker(self.api, agent.id, since=said[-1].id if said else 0)


@dataclass(frozen=True)
class AppUser:
    """Somebody who writes from the form in the app."""

    desk: Desk
    token: str

    def opens(self, description: str, category: str) -> dict[str, Any]:
        """The ticket as it was answered. Raises Trouble when it was refused."""
        body = {"description": description, "category": category}
        status, answer = self._sends("/api/support/tickets/", body)
        if status != 201:
            raise Trouble(f"A ticket was refused: {answer.get('detail', status)}")
        return answer

    def reads(self, ticket_id: int) -> dict[str, Any]:
        """Raises NotNow when it may be read later, Trouble when not."""
        url = f"{self.desk.address}/api/support/tickets/{ticket_id}/"
        status, answer = ask(url, headers=self._headers)
        if status != 200:
            raise Trouble(f"Ticket {ticket_id} cannot be read: {answer.get('detail', status)}")
        return answer

    def has_it_too(self, incident_id: int, ticket_id: int) -> bool:
        path = f"/api/support/incidents/{incident_id}/me_too/"
        status, _ = self._sends(path, {"ticket_id": ticket_id})
        return status == 200

    def _sends(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Once in effect, however often it has to be sent. Raises Trouble when the desk refuses it
        for too long."""
        headers = self._headers | {"Idempotency-Key": secrets.token_hex(16)}
        deadline = time.monotonic() + LONGEST_SECONDS
        while True:
            try:
                return ask(f"{self.desk.address}{path}", body, headers)
            except NotNow as refusal:
                if time.monotonic() + refusal.seconds > deadline:
                    raise Trouble(f"The desk takes nothing in: {refusal}") from None
                time.sleep(refusal.seconds)  # as the desk has asked

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Speaker:
    """Somebody in the desk's Telegram, who hears what was said after the message `since`."""

    api: BotApiClient
    id: int
    since: int = 0

    def says(self, text: str, reply_to: ChatMessage | None = None) -> None:
        answered = reply_to.id if reply_to else None
        self.api.say(self.id, text, bot=LOCAL_BOT, reply_to=answered)

    def heard(self, *parts: str, button: str = "") -> ChatMessage | None:
        """The newest message of the bot with these words and this button, as it stands now."""
        for message in reversed(self.api.messages(self.id, bot=LOCAL_BOT)):
            is_new = message.id > self.since and not message.is_deleted
            has_words = message.is_from_bot and all(part in message.text for part in parts)
            if is_new and has_words and (not button or _button(message, button)):
                return message
        return None

    def presses(self, message: ChatMessage, button: str) -> None:
        """Press the button whose words begin so."""
        found = _button(message, button)
        if found is not None:
            self.api.press(self.id, message.id, found.text, bot=LOCAL_BOT)


def _button(message: ChatMessage, words: str) -> Button | None:
    return next((one for one in message.buttons if words in one.text), None)
