"""A ticket whose clock the database will not have: its event fails in sla, and only that one.

The whole climb of the ladder takes 156 s of waiting. `climb(…, is_hurried=True)` waits out the
first two rungs and takes the message off the later ones by hand, as the broker does when its time
is over; `is_hurried=False` waits for all of it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from amqp import Message as AmqpMessage
from sqlalchemy import Engine, create_engine, text

from chassis.broker.address import BrokerAddress
from chassis.broker.topology import DEAD, DELAYS_SECONDS, rung
from chassis.events.dead_letters import DeadLetter, list_dead
from tests.support.queues import depth
from tests.support.running_desk import RunningDesk
from tests.support.story import AppUser
from tests.support.waiting import wait_until

QUEUE = "sla.hear_opened"
LONGEST_WAITED_FOR = 5


class PoisonedClocks:
    """sla's database, in which one ticket may be made impossible, and what came of it."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk = desk
        self._engine: Engine = create_engine(desk.databases["sla"])

    def refuse(self, ticket_id: int) -> None:
        """From now on the table takes no clock of this ticket, as after a botched repair."""
        self._run(f"ALTER TABLE cycles ADD CONSTRAINT poison CHECK (ticket_id <> {ticket_id})")

    def mend(self) -> None:
        self._run("ALTER TABLE cycles DROP CONSTRAINT poison")

    def has(self, ticket_id: int) -> bool:
        """Does the ticket have a clock?"""
        return self._count("cycles WHERE ticket_id = :id", id=ticket_id) > 0

    def announcements(self, ticket_id: int) -> int:
        """How often its deadline was told to tickets."""
        with self._engine.connect() as connection:
            bodies = connection.scalars(
                text("SELECT body FROM outbox WHERE type = 'sla.clock_moved.v1'")
            )
            return sum(json.loads(body)["ticket_id"] == ticket_id for body in bodies)

    def close(self) -> None:
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(statement))

    def _count(self, what: str, **values: Any) -> int:
        with self._engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {what}"), values) or 0)


@contextmanager
def poisoned_clocks(desk: RunningDesk) -> Iterator[PoisonedClocks]:
    """The clocks for as long as a `with` block lasts."""
    clocks = PoisonedClocks(desk)
    try:
        yield clocks
    finally:
        clocks.close()


def open_poisoned_ticket(user: AppUser, clocks: PoisonedClocks) -> dict[str, Any]:
    """Open a ticket that will have no clock."""
    before = user.opens_ticket("Перед ним всё хорошо")
    clocks.refuse(before["id"] + 1)
    poisoned = user.opens_ticket("Часы этого не пойдут")
    assert poisoned["id"] == before["id"] + 1, "somebody else opens tickets here"
    return poisoned


def climb(desk: RunningDesk, *, is_hurried: bool) -> DeadLetter:
    """Wait until the one failing message has gone up the ladder and is parked."""
    for seconds in DELAYS_SECONDS:
        if is_hurried and seconds > LONGEST_WAITED_FOR:
            _let_go(desk.amqp_url, rung(seconds))
    left = 30 if is_hurried else 200
    wait_until(lambda: depth(desk.amqp_url, DEAD), left, "nothing is parked")
    (letter,) = list_dead(desk.amqp_url)
    return letter


def tries_logged(desk: RunningDesk, message_id: str) -> list[str]:
    """What sla has logged of each failed try, in order."""
    lines = (json.loads(line) for line in desk.log("sla").splitlines() if line.startswith("{"))
    return [
        line["event"] for line in lines if line.get("message_id") == message_id and "tries" in line
    ]


def _let_go(amqp_url: str, name: str) -> None:
    """Give the message on a rung to its queue before its time."""
    wait_until(lambda: depth(amqp_url, name), 30, f"nothing waits on {name}")
    with BrokerAddress.parse(amqp_url).connect(confirm_publish=True) as connection:
        channel = connection.channel()
        waiting = channel.basic_get(name)
        properties = dict(waiting.properties)
        body = waiting.body
        channel.basic_publish(
            AmqpMessage(body, **properties), routing_key=waiting.delivery_info["routing_key"]
        )
        channel.basic_ack(waiting.delivery_tag)
