"""What the echo service is told; apart from it, so that a test need not import nameko."""

from contracts.event import Instant, Message


class Words(Message):
    text: str
    said_at: Instant | None = None


class Nap(Message):
    seconds: float
