"""Two hundred hostile texts through the desk as it runs: from people to tickets, from agents to
people, in names, notices and incidents. Each has a person of its own: the pace lets them all pass.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import pytest

from botapi.errors import ApiError
from botapi.formatting import format_text
from botapi.sights import ChatMessage
from chassis.clock import SystemClock
from contracts.incidents import (
    TITLE_LENGTH,
    UPDATE_LENGTH,
    DeclareIncident,
    ResolveIncident,
    UpdateIncident,
)
from contracts.texts import beginning, is_blank
from contracts.tickets import TEXT_LENGTH, TicketSummary
from services.bot.markup import one_line
from services.bot.receiving.parsing import command_of
from tests.support.as_shown import eyes, written
from tests.support.bot_desk import BotDesk
from tests.support.botapi import SUPPORT_BOT, TelegramPerson
from tests.support.hostile import CORPUS, sendable

OURS = frozenset({"bold", "italic", "code"})
FOUND = frozenset({"bot_command", "url", "mention", "email", "hashtag", "cashtag", "phone_number"})
"""What Telegram finds in any text by itself."""
NAME_LENGTH = 64
"""Characters of a first name in Telegram."""
TITLES = 4
SECONDS = 90.0


@dataclass(frozen=True)
class Sender:
    """A person with a hostile name who wrote a hostile text."""

    person: TelegramPerson
    text: str
    said: ChatMessage

    def told(self) -> list[ChatMessage]:
        return [one for one in self.person.received() if one.id > self.said.id]


def as_typed(text: str) -> str | None:
    """What Telegram makes of a text that somebody types; None when it cannot be sent."""
    try:
        return format_text(text, "", None).text
    except ApiError:
        return None


def as_name(text: str) -> str:
    return beginning("".join(text.split("\n")), NAME_LENGTH) if sendable(text) else "Иван"


@pytest.fixture(scope="module")
def senders(desk: BotDesk) -> Iterator[list[Sender]]:
    """Everybody has written, and what can be answered was answered."""
    desk.agent()
    desk.waits_until_all_is_sent()
    desk.telegram.forget_calls()
    typed = [
        (text, name) for name, text in zip(reversed(CORPUS), CORPUS, strict=True) if as_typed(text)
    ]
    with ThreadPoolExecutor(4) as several:
        wrote = list(several.map(lambda one: _writes(desk, *one), typed))
    desk.telegram.wait_until_confirmed(within=SECONDS)
    desk.telegram.wait_until(lambda: all(one.told() for one in wrote), SECONDS, "answers to all")
    yield wrote
    desk.waits_until_all_is_sent(SECONDS)


def _writes(desk: BotDesk, text: str, name: str) -> Sender:
    person = desk.user(as_name(name) or "Иван")
    return Sender(person, text, person.says(text))


def the_requests(senders: Iterable[Sender]) -> list[Sender]:
    """Whoever wrote what becomes a ticket."""
    return [
        one
        for one in senders
        if not is_blank(as_typed(one.text) or "")
        and command_of((as_typed(one.text) or "").strip(), SUPPORT_BOT) is None
    ]


def ticket_of(desk: BotDesk, sender: Sender) -> TicketSummary:
    (ticket,) = desk.tickets_of(sender.person)
    return ticket


def test_everything_that_can_be_read_becomes_a_ticket_word_for_word(
    desk: BotDesk, senders: list[Sender]
) -> None:
    requests = the_requests(senders)

    assert len(requests) > 150
    for sender in requests:
        assert "принято" in sender.told()[0].text, sender.text
        (message,) = desk.tickets.get_ticket(ticket_of(desk, sender).id).messages
        assert message.body == (as_typed(sender.text) or "").strip().replace("\x00", "")
    for sender in senders:
        if sender not in requests:
            assert desk.tickets_of(sender.person) == []


def test_every_answer_arrives_whole(desk: BotDesk, senders: list[Sender]) -> None:
    requests = the_requests(senders)
    bodies = [text.replace("\x00", "") for text in CORPUS if sendable(text)]
    answers = [body for body in bodies if not is_blank(body) and len(body) <= TEXT_LENGTH]
    asked = list(zip(requests, [*answers, *answers], strict=False))

    for sender, body in asked:
        desk.answers_in_app(ticket_of(desk, sender).id, body)
    desk.telegram.wait_until(lambda: _has_all(desk), SECONDS, "all answers")

    for sender, body in asked:
        answer = [one.text for one in sender.told()[1:]]
        assert answer[0].startswith("💬"), body
        told = [character for part in answer for character in eyes(part)]
        assert "".join(told).endswith("".join(eyes(written(body))))


def _has_all(desk: BotDesk) -> bool:
    desk.waits_until_all_is_sent(SECONDS)
    return True


def test_an_incident_is_told_in_the_words_of_whoever_tells_it(desk: BotDesk) -> None:
    follower = desk.user("Читатель")
    follower.receives("", after=follower.says("/start status"))
    texts = [text for text in CORPUS if sendable(text) and "\x00" not in text and len(text) < 60]
    titles, update = packed(texts, TITLE_LENGTH), "\n".join(texts)[:UPDATE_LENGTH]

    for title in titles[:TITLES]:
        said = follower.says("/status")
        declared = desk.incidents.declare_incident(declaring(title)).result
        desk.incidents.update_incident(telling(declared.id, update))
        desk.incidents.resolve_incident(ending(declared.id, update))

        news = follower.receives("завершён", after=said, within=SECONDS)
        assert "".join(eyes(one_line(title))) in "".join(eyes(news.text))
        assert "".join(eyes(written(update))) in "".join(eyes(news.text))


def packed(texts: Iterable[str], longest: int) -> list[str]:
    """All texts on lines of at most so many characters."""
    lines = [""]
    for text in texts:
        line = " ".join(f"{lines[-1]} {text}".split())
        if len(line) > longest:
            lines.append("")
            line = " ".join(text.split())
        lines[-1] = line
    return [line for line in lines if not is_blank(line)]


def declaring(title: str) -> DeclareIncident:
    return DeclareIncident(
        command_id=str(uuid4()),
        title=title,
        declared_by="administrator",
        declared_at=SystemClock().now(),
        even_if_recent=True,
    )


def telling(incident_id: int, message: str) -> UpdateIncident:
    return UpdateIncident(
        command_id=str(uuid4()),
        message=message,
        updated_by="administrator",
        updated_at=SystemClock().now(),
        incident_id=incident_id,
    )


def ending(incident_id: int, message: str) -> ResolveIncident:
    return ResolveIncident(
        command_id=str(uuid4()),
        message=message,
        resolved_by="administrator",
        resolved_at=SystemClock().now(),
        incident_id=incident_id,
    )


def test_nothing_was_refused_and_no_markup_is_of_people(
    desk: BotDesk, senders: list[Sender]
) -> None:
    chats = [*(sender.person for sender in senders), desk.agent()]
    met = {person.id for person in chats}
    assert [c for c in desk.telegram.calls() if c.status == 400 and c.chat_id in met] == []
    # A tag that had been read would be missing in the words, which arrived whole.
    for person in chats:
        for message in person.received():
            kinds = {entity["type"] for entity in message.entities}
            assert kinds <= OURS | FOUND, message.text
