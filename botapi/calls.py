"""Every call a bot made, with its time: what rates and order are measured by."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from botapi.wire import Json

KEPT = 50_000


@dataclass
class Call:
    """`status` is the HTTP status of the answer; None while there is none, or it was cut off.
    `ended_at` is when the answer was made."""

    number: int
    bot: str
    method: str
    chat_id: int | None
    parameters: Json
    at: float
    status: int | None = None
    ended_at: float | None = None

    def to_json(self) -> Json:
        return dict(vars(self))


class CallLog:
    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._count = 0

    def begin(
        self, bot: str, method: str, *, chat_id: int | None, parameters: Json, at: float
    ) -> Call:
        self._count += 1
        call = Call(self._count, bot, method, chat_id, parameters, at)
        self._calls.append(call)
        return call

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def clear(self) -> None:
        self._calls.clear()
