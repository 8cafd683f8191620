"""Did the desk keep its word? Pure: compares a history with what is left in the end.

The promises are those of docs/guarantees.md: what was acknowledged is there, once, as it was told;
what nobody knows the outcome of is there once or not at all; what was refused is not there; and
whoever reads after an acknowledgement sees it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.support.history.records import Deed, Record, marks_in

TOLD = ("id", "subject", "description", "category", "priority", "source", "created_at", "requester")
"""What a 201 tells of a ticket that nothing in a load changes afterwards."""
TOLD_OF_MESSAGE = ("id", "body", "author", "created_at")
MOST_COPIES = 2
"""What has come again, marked, is not sent a third time, whatever became of that."""
EXPECTED = {200, 201, 429, 503, None}
"""How a request of a load may end: all that it asks for is there, and its own."""


@dataclass(frozen=True)
class Chat:
    """What one Telegram user got: how often each mark came, and how often marked as a repeat; and
    the same of each ticket's welcome."""

    copies: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)
    welcomes: Counter[int] = field(default_factory=Counter)
    repeated_welcomes: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Outcome:
    """What is left in the end: every ticket as HTTP tells it, and what came in Telegram.

    `chats` go by the id of the requester, such as `tg:9001`.
    """

    tickets: dict[int, dict[str, Any]]
    chats: dict[str, Chat] = field(default_factory=dict)


def judge(records: Iterable[Record], outcome: Outcome, *, repeats_allowed: int = 0) -> list[str]:
    """A sentence for every broken promise; none when all were kept.

    `repeats_allowed` is how many marked repeats a chat may have: one for every crash inside a send.
    What is sent is given up after a second one, so that half as many answers, or welcomes, may not
    have been delivered.
    """
    history = list(records)
    by_mark: defaultdict[str, list[Record]] = defaultdict(list)
    for record in history:
        if record.mark:
            by_mark[record.mark].append(record)
    places = _places(outcome)
    faults = [fault for mark, tries in by_mark.items() for fault in _effect(mark, tries, places)]
    faults += _inventions(by_mark, places)
    faults += _unexpected(history)
    faults += _changed(history, outcome)
    faults += _stale_reads(history)
    faults += _chats(by_mark, outcome, repeats_allowed)
    faults += _leaks(places, outcome)
    faults += _welcomes(history, outcome, repeats_allowed)
    return faults


class AnswersInChats(NamedTuple):
    """What became of a load's answers to people of Telegram: how many are called delivered, and are
    so looked for in their chats, how many came there once more, marked as a repeat, and how many
    were given up after two outcomes that nobody knows, and are called so."""

    delivered: int
    repeated: int
    given_up: int

    def __str__(self) -> str:
        repeated = f"{self.repeated} came again, marked"
        return f"{self.delivered} answers in chats, {repeated}, {self.given_up} given up"


def answers_in_chats(records: Iterable[Record], outcome: Outcome) -> AnswersInChats:
    answers = {one.mark for one in records if one.deed == Deed.ANSWER}
    tickets = [one for one in outcome.tickets.values() if one["source"] == "telegram"]
    delivered, failed = (
        sum(len(answers & _marks(one, state)) for one in tickets)
        for state in ("delivered", "failed")
    )
    repeated = sum(chat.repeats[mark] for chat in outcome.chats.values() for mark in answers)
    return AnswersInChats(delivered, repeated, failed)


def missing(records: Iterable[Record], outcome: Outcome) -> list[str]:
    """The marks that were acknowledged and are not there: late, as what Telegram has taken may be,
    or lost."""
    places = _places(outcome)
    return [
        one.mark for one in records if one.mark and one.is_acknowledged and one.mark not in places
    ]


Places = dict[str, list[tuple[int, int]]]
"""Where each mark stands: ticket, and position in its thread."""


def _places(outcome: Outcome) -> Places:
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for ticket_id, ticket in outcome.tickets.items():
        for position, message in enumerate(ticket["messages"]):
            for mark in marks_in(message["body"]):
                places[mark].append((ticket_id, position))
    return dict(places)


def _effect(mark: str, tries: list[Record], places: Places) -> Iterator[str]:
    """Is the effect of one wish there as often as its answers allow?"""
    deed, found = tries[0].deed, places.get(mark, [])
    acknowledged = [one for one in tries if one.is_acknowledged]
    if len(found) > 1:
        yield f"doubled: {deed} {mark} stands in {found}"
    if acknowledged and not found:
        yield f"lost: {deed} {mark} was acknowledged for ticket {acknowledged[0].ticket_id}"
    if found and not acknowledged and not any(one.is_unknown for one in tries):
        yield f"refused, yet done: {deed} {mark} with {[one.status for one in tries]}"
    told = {one.ticket_id for one in acknowledged if one.ticket_id is not None}
    if len(told) > 1:
        yield f"doubled: {deed} {mark} was acknowledged as tickets {sorted(told)}"
    astray = {ticket_id for ticket_id, _ in found} - told
    if told and astray:
        yield f"astray: {deed} {mark} was acknowledged for {told} and stands in {astray}"


def _inventions(known: Iterable[str], places: Places) -> list[str]:
    return [f"invented: {mark} was never asked for" for mark in places.keys() - set(known)]


def _unexpected(history: list[Record]) -> Iterator[str]:
    for (deed, status), count in Counter((one.deed, one.status) for one in history).items():
        if status not in EXPECTED:
            yield f"unexpected: {deed} was answered with {status}, {count} times"


def _changed(history: list[Record], outcome: Outcome) -> Iterator[str]:
    """Is every 201 of a ticket or a message equal to what is read in the end?"""
    messages = {
        mark: message
        for ticket in outcome.tickets.values()
        for message in ticket["messages"]
        for mark in marks_in(message["body"])
    }
    for record in history:
        if not record.is_acknowledged or record.answer is None:
            continue
        is_ticket = record.deed == Deed.OPEN
        told, kept = record.answer, messages.get(record.mark)
        if is_ticket:
            kept = outcome.tickets.get(told["id"])
        if kept is None:
            continue  # lost, and told so already
        for name in TOLD if is_ticket else TOLD_OF_MESSAGE:
            if told[name] != kept[name]:
                what = f"{name} of {record.deed} {record.mark}"
                yield f"changed: {what}: {told[name]!r} → {kept[name]!r}"


def _stale_reads(history: list[Record]) -> Iterator[str]:
    """Does a read show all that was acknowledged for its ticket before it began?"""
    written: defaultdict[int, list[Record]] = defaultdict(list)
    for record in history:
        is_seen = record.is_acknowledged and record.shows_at_once
        if record.mark and is_seen and record.ticket_id is not None:
            written[record.ticket_id].append(record)
    for read in history:
        if read.deed != Deed.READ or read.is_unknown or read.ticket_id is None:
            continue
        shown = set(_marks_read(read))
        for write in written[read.ticket_id]:
            if write.ended_at < read.began_at and write.mark not in shown:
                yield f"unread: {write.deed} {write.mark} is missing from a later read"


def _marks_read(read: Record) -> Iterator[str]:
    if read.status == 200:
        for message in read.answer["messages"]:
            yield from marks_in(message["body"])


def _chats(
    by_mark: dict[str, list[Record]], outcome: Outcome, repeats_allowed: int
) -> Iterator[str]:
    """Did each answer to a Telegram user come, once, but for marked repeats?"""
    answers = {mark for mark, tries in by_mark.items() if tries[0].deed == Deed.ANSWER}
    given_up = set[str]()
    for ticket in outcome.tickets.values():
        if ticket["source"] != "telegram":
            continue
        chat = outcome.chats.get(ticket["requester"]["id"], Chat())
        given_up |= answers & _marks(ticket, "failed")
        for mark in answers & _marks(ticket, None):
            yield f"undelivered: nobody knows whether the answer {mark} came"
        for mark in answers & _marks(ticket, "delivered"):
            if not chat.copies[mark]:
                yield f"lost: the answer {mark} is called delivered and never came"
        yield from _copies(answers, chat, ticket["requester"]["id"], repeats_allowed)
    if len(given_up) > repeats_allowed // 2:
        yield f"undelivered: {len(given_up)} answers, such as {sorted(given_up)[:3]}"


def _copies(answers: set[str], chat: Chat, whose: str, repeats_allowed: int) -> Iterator[str]:
    """Whatever is said of an answer, what came of it came once, or again with a mark."""
    repeats = 0
    for mark in answers & set(chat.copies):
        if chat.copies[mark] - chat.repeats[mark] > 1:
            yield f"doubled: the answer {mark} came twice without a mark"
        if chat.copies[mark] > MOST_COPIES:
            yield f"repeated: the answer {mark} came {chat.copies[mark]} times"
        repeats += chat.repeats[mark]
    if repeats > repeats_allowed:
        yield f"repeated: {repeats} answers came again to {whose}, {repeats_allowed} may have"


def _leaks(places: Places, outcome: Outcome) -> Iterator[str]:
    """Did anybody get what is another's?"""
    for whose, chat in outcome.chats.items():
        for mark in chat.copies:
            owners = {
                outcome.tickets[ticket_id]["requester"]["id"]
                for ticket_id, _ in places.get(mark, [])
            }
            if whose not in owners:
                yield f"leaked: {mark} of {owners} came to {whose}"


def _welcomes(history: list[Record], outcome: Outcome, repeats_allowed: int) -> Iterator[str]:
    """Was everybody who wrote to Telegram told the number of their ticket, once or with a mark?"""
    openings = {one.mark for one in history if one.deed == Deed.OPEN}
    untold = list[int]()
    for number, ticket in outcome.tickets.items():
        if ticket["source"] != "telegram" or not openings & _marks(ticket, None):
            continue
        chat = outcome.chats.get(ticket["requester"]["id"], Chat())
        if not chat.welcomes[number]:
            untold.append(number)
        if chat.welcomes[number] - chat.repeated_welcomes[number] > 1:
            yield f"doubled: the welcome of ticket {number} came twice without a mark"
    if len(untold) > repeats_allowed // 2:
        yield f"lost: nobody was told of the tickets {untold} in Telegram"


def _marks(ticket: dict[str, Any], delivery: str | None) -> set[str]:
    bodies = (one["body"] for one in ticket["messages"] if one["delivery"] == delivery)
    return {mark for body in bodies for mark in marks_in(body)}
