"""The people of a drill: they use the desk as everybody does, over HTTP and in its Telegram."""

import time
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botapi.client import BotApiClient
from botapi.sights import Button, ChatMessage
from chassis.catalogue import Catalogue
from cli.desk import Desk
from cli.gateway import get, post
from cli.people import LOCAL_BOT, join, person
from cli.token import make_token
from cli.trouble import Trouble

HOUR = 3600
FIRST_ID = 3_000_000_000


class Stage:
    """A running desk, its agent, and whoever complains. Everybody is new in every drill."""

    def __init__(self, desk: Desk, telegram_url: str) -> None:
        self.desk = desk
        self.api = BotApiClient(telegram_url)
        self.agent = Speaker(self.api, person("agent", desk.locale).id)
        self._run = int(time.time())
        join(self.api, person("agent", desk.locale))

    @cached_property
    def words(self) -> Catalogue:
        """What the bot says, to know its buttons by."""
        return Catalogue.read(self.desk.locale, "bot")

    def refuse_open_incident(self) -> None:
        """Raises Trouble: a drill would end it."""
        if (incident := self.status().get("incident")) is not None:
            raise Trouble(
                f"An incident is open ({incident['title']}): end it first with /resolve, or drill "
                "on another desk: ./support up --data-dir …"
            )

    def status(self) -> dict[str, Any]:
        """What every user is told."""
        return self._get("/api/support/status/")

    def shows(self, path: str, text: str) -> bool:
        """Whether a public page has these words."""
        with urllib.request.urlopen(f"{self.desk.address}{path}", timeout=5) as answer:  # noqa: S310 - our own address
            return text in answer.read().decode()

    def app_user(self, number: int) -> "AppUser":
        sub = f"drill-{self._run}-{number}"
        return AppUser(self.desk, make_token(self.desk, sub, HOUR, name=f"Drill {number}"))

    def speaker(self, number: int) -> "Speaker":
        """Somebody new in Telegram, who has pressed Start."""
        speaker = Speaker(self.api, FIRST_ID + self._run % 1_000_000 * 1_000 + number)
        self.api.add_person(speaker.id, f"Drill {number}")
        speaker.says("/start")
        return speaker

    def _get(self, path: str) -> dict[str, Any]:
        _, answer = get(f"{self.desk.address}{path}")
        return answer


@dataclass(frozen=True)
class AppUser:
    """Somebody who writes from the form in the app."""

    desk: Desk
    token: str

    def opens(self, description: str, category: str) -> dict[str, Any]:
        """The ticket as it was answered. Raises Trouble when it was refused."""
        path, body = "/api/support/tickets/", {"description": description, "category": category}
        status, answer = post(f"{self.desk.address}{path}", body, self._headers)
        if status != 201:
            raise Trouble(f"A ticket was refused: {answer.get('detail', status)}")
        return answer

    def reads(self, ticket_id: int) -> dict[str, Any]:
        _, answer = get(f"{self.desk.address}/api/support/tickets/{ticket_id}/", self._headers)
        return answer

    def has_it_too(self, incident_id: int, ticket_id: int) -> bool:
        path = f"/api/support/incidents/{incident_id}/me_too/"
        status, _ = post(f"{self.desk.address}{path}", {"ticket_id": ticket_id}, self._headers)
        return status == 200

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Speaker:
    """Somebody in the desk's Telegram."""

    api: BotApiClient
    id: int

    def says(self, text: str, reply_to: ChatMessage | None = None) -> None:
        answered = reply_to.id if reply_to else None
        self.api.say(self.id, text, bot=LOCAL_BOT, reply_to=answered)

    def heard(self, *parts: str, button: str = "") -> ChatMessage | None:
        """The newest message of the bot with these words and this button, as it stands now."""
        for message in reversed(self.api.messages(self.id, bot=LOCAL_BOT)):
            has_words = message.is_from_bot and all(part in message.text for part in parts)
            if has_words and (not button or _button(message, button)):
                return message
        return None

    def presses(self, message: ChatMessage, button: str) -> None:
        """Press the button whose words begin so."""
        found = _button(message, button)
        if found is not None:
            self.api.press(self.id, message.id, found.text, bot=LOCAL_BOT)


def _button(message: ChatMessage, words: str) -> Button | None:
    return next((one for one in message.buttons if words in one.text), None)
