"""Reads what is left in the end, as users, administrators and Telegram show it."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chassis.broker.address import BrokerAddress
from chassis.declare import subscriptions_of
from tests.support.botapi import TelegramPerson
from tests.support.history.judge import Chat, Outcome, missing
from tests.support.history.load import FIRST_TELEGRAM_USER, WELCOME, Load
from tests.support.history.records import marks_in
from tests.support.running_desk import DATABASES, RunningDesk
from tests.support.story import AppUser, admin
from tests.support.waiting import wait_until
from tests.support.wiretap import rows

TO_USERS = f"outgoing WHERE state IN ('waiting', 'sending') AND chat_id >= {FIRST_TELEGRAM_USER}"
READERS = 8
READINGS = 5
QUIET_SECONDS = 2.0
"""How long nothing may be under way before the desk counts as at rest: an outbox that waits for
its relay is looked at every second."""


def wait_until_at_rest(desk: RunningDesk, seconds: float = 90) -> None:
    """Wait until every event queue has been empty for a while."""
    busy_at = time.monotonic()

    def is_at_rest() -> bool:
        nonlocal busy_at
        if any(waiting_events(desk, process) for process in DATABASES):
            busy_at = time.monotonic()
        return time.monotonic() - busy_at >= QUIET_SECONDS

    wait_until(is_at_rest, seconds, "the event queues did not become empty")


def waiting_events(desk: RunningDesk, process: str) -> int:
    """How many events wait on the broker for a process."""
    connection = BrokerAddress.parse(desk.amqp_url).connect()
    try:
        channel = connection.channel()
        queues = [one.queue for one in subscriptions_of(process)]
        return sum(channel.queue_declare(name, passive=True).message_count for name in queues)
    finally:
        connection.collect()


def settled_outcome(desk: RunningDesk, load: Load, seconds: float = 90) -> Outcome:
    """What is left once the desk is at rest, nothing is on its way to Telegram or from there, and
    sla has told of every ticket what it knows."""
    wait_until_at_rest(desk, seconds)
    late: list[str] = []

    def settled() -> Outcome | None:
        load.hear_excuses()
        outcome = read_outcome(desk, load.people.values())
        late[:] = [*_unsettled(outcome), *missing(load.history.records, outcome)]
        if to_users := rows(desk, TO_USERS, "bot"):
            late.append(f"{to_users} messages to users wait to be sent")
        return None if late else outcome

    found: Outcome = wait_until(settled, seconds, lambda: f"{len(late)} are late: {late[:20]}")
    return found


def _unsettled(outcome: Outcome) -> Iterator[str]:
    for number, ticket in outcome.tickets.items():
        if any(message["delivery"] == "pending" for message in ticket["messages"]):
            yield f"an answer in ticket {number} is on its way"
        clock = (ticket["sla"] or {}).get("first_response") or {"state": "unknown"}
        is_answered = ticket["first_response_at"] is not None
        if clock["state"] == "unknown" or (is_answered and clock["state"] == "pending"):
            yield f"the clock of ticket {number} is {clock['state']}"


def read_outcome(desk: RunningDesk, people: Iterable[TelegramPerson] = ()) -> Outcome:
    """Every ticket as an administrator reads it now, and every chat."""
    boss = admin(desk)
    numbers = [ticket["id"] for ticket in boss.lists(limit=100)]
    with ThreadPoolExecutor(READERS) as readers:
        tickets = list(readers.map(lambda number: _read(boss, number), numbers))
    chats = {f"tg:{person.id}": _chat(person) for person in people}
    return Outcome({ticket["id"]: ticket for ticket in tickets}, chats)


def _read(boss: AppUser, number: int) -> dict[str, Any]:
    """Anew when sla did not tell its clocks in the moment that a ticket waits for them: of hundreds
    that are read at once on a busy machine there is always one."""
    ticket: dict[str, Any] = {}
    for _ in range(READINGS):
        ticket = boss.reads(number)
        if ticket["sla"] is not None:
            break
    return ticket


def _chat(person: TelegramPerson) -> Chat:
    chat = Chat()
    for message in person.received():
        marks = marks_in(message.text)
        welcomed = [int(number) for number in WELCOME.findall(message.text)]
        chat.copies.update(marks)
        chat.welcomes.update(welcomed)
        if "Повтор" in message.text:
            chat.repeats.update(marks)
            chat.repeated_welcomes.update(welcomed)
    return chat
