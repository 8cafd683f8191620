"""Requests at a fixed rate that does not wait for answers, over connections that are kept.

Latency counts from the moment a request was due, so that a server that stalls is not asked less.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bench.faults.report import percentile

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Seen:
    """One request: how long after it was due its answer came, and the status, 0 for none.

    `lag` is how much of that went by before it was sent: the crowd shares the machine's processors
    with the desk, and is itself late when they do not suffice for both.
    """

    seconds: float
    status: int
    may_retry: bool
    lag: float = 0.0


@dataclass(frozen=True)
class Crowd:
    """Everybody's requests."""

    seen: list[Seen]

    def statuses(self) -> dict[int, int]:
        return dict(sorted(Counter(one.status for one in self.seen).items()))

    def refused(self) -> float:
        """The share that was answered with anything but success."""
        return sum(one.status not in {200, 201} for one in self.seen) / max(1, len(self.seen))

    def p(self, share: float, *, accepted: bool = True) -> float:
        """A percentile of the seconds, of what was answered with success or of the rest."""
        wanted = (one.seconds for one in self.seen if (one.status in {200, 201}) == accepted)
        return percentile(list(wanted), share)

    def lag(self, share: float) -> float:
        """A percentile of the seconds by which the crowd was late itself."""
        return percentile([one.lag for one in self.seen], share)


def ask(port: int, rate: float, seconds: float, make: Callable[[], bytes]) -> Crowd:
    """Send what `make` makes, so many a second, to this machine's port."""
    return asyncio.run(_ask(port, rate, seconds, make))


async def _ask(port: int, rate: float, seconds: float, make: Callable[[], bytes]) -> Crowd:
    lines, seen, tasks = _Lines(port), list[Seen](), set[asyncio.Task[None]]()
    requests = [make() for _ in range(int(rate * seconds))]
    began = time.monotonic()
    for number, request in enumerate(requests):
        due = number / rate
        if (wait := began + due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(_send(lines, request, began + due, seen))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    await lines.close()
    return Crowd(seen)


async def _send(lines: "_Lines", request: bytes, due_at: float, seen: list[Seen]) -> None:
    status, may_retry, lag = 0, False, time.monotonic() - due_at
    with suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            status, may_retry = await lines.exchange(request)
    seen.append(Seen(time.monotonic() - due_at, status, may_retry, lag))


class _Lines:
    """Connections that are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def exchange(self, request: bytes) -> tuple[int, bool]:
        """The status, and whether the answer names when to come again."""
        is_kept = bool(self._idle)
        line = self._idle.pop() if is_kept else await self._connect()
        try:
            return await self._exchange(line, request)
        except (OSError, asyncio.IncompleteReadError):
            line[1].close()
            if not is_kept:
                raise
            return await self._exchange(await self._connect(), request)  # closed while it idled

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def _exchange(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> tuple[int, bool]:
        reader, writer = line
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(_length(head))
        if b"connection: close" in head:
            writer.close()
        else:
            self._idle.append(line)
        return int(head[9:12]), b"retry-after:" in head

    async def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
