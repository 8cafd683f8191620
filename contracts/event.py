"""The shape of everything that travels between processes: instants, messages, events.

Messages are strict where they are made and tolerant where they are read: a field that a
newer sender added is ignored by an older reader, so that a rolling upgrade loses nothing.
"""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer


def to_milliseconds(instant: datetime) -> datetime:
    """Bring an aware instant to UTC and cut it to whole milliseconds, the precision of the wire."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    excess = utc.microsecond % 1000
    return utc.replace(microsecond=utc.microsecond - excess) if excess else utc


def rfc3339(instant: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC: `2026-03-01T09:00:00.000Z`."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


Instant = Annotated[
    AwareDatetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""A point in time: aware, UTC, whole milliseconds."""


class Message(BaseModel):
    """A frozen value that crosses a process boundary as JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


class Command(Message):
    """A wish to change something. `command_id` is unique in the owner's database for ever, so a
    repeat of the same command returns the first result instead of acting twice."""

    circumstances: ClassVar[frozenset[str]] = frozenset()
    """Fields that tell how a sending came about and not what is wished: a repeat may differ."""
    once_wished: ClassVar[frozenset[str]] = frozenset()
    """Circumstances that an earlier version counted among the wishes; it may have been the one that
    a repeat came to first."""

    command_id: str


Result = TypeVar("Result", bound=BaseModel)


class Receipt(Message, Generic[Result]):
    """What a command answers: its result, and whether it was an earlier call that made it."""

    result: Result
    replayed: bool = False


class Event(Message):
    """A fact in the past. One fact an event; its type ends in the version of its shape.

    `version` counts the changes of the entity the fact is about (1 is its creation). Order is not
    promised on the wire, so a handler ignores what is older than what it knows.
    """

    type: ClassVar[str]
    heard_by: ClassVar[frozenset[str]]
    """The processes that listen. An event with listeners is published `mandatory`."""

    event_id: UUID
    occurred_at: Instant
    version: int


class MessageParked(Event):
    """A handler failed on a message to the end; it waits for whoever runs the desk.

    The one fact that the chassis itself tells. `message_id` may be made up, when the message had
    none; `version` is the number of `tries`. `error` is the beginning of what the handler said.
    """

    type: ClassVar = "message.parked.v1"
    heard_by: ClassVar = frozenset({"bot"})

    process: str
    queue: str
    message_id: str
    tries: int
    error: str
