"""What the ledger is told and tells; apart from it, so that a test need not import nameko."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from chassis.broker.publishing import Letter
from chassis.broker.topology import EVENTS, Subscription
from contracts.event import Command, Event, Message


class Book(Command):
    text: str


class EntryView(Message):
    id: int
    text: str


class Booked(Event):
    type: ClassVar = "ledger.booked.v1"
    heard_by: ClassVar = frozenset({"ledger"})

    text: str


class Whispered(Event):
    """Nobody listens."""

    type: ClassVar = "ledger.whispered.v1"
    heard_by: ClassVar = frozenset()


TALLY = Subscription("ledger", "tally", Booked)


def booked(text: str, event_id: UUID | None = None) -> Booked:
    now = datetime.now(UTC)
    return Booked(event_id=event_id or uuid4(), occurred_at=now, version=1, text=text)


def letter_of(event: Booked, **headers: object) -> Letter:
    return Letter(
        exchange=EVENTS,
        routing_key=event.type,
        body=event.model_dump_json().encode(),
        message_id=str(event.event_id),
        headers=headers,
    )
