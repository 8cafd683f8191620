"""Works rows off chat by chat: in order within a chat, chats side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from structlog import get_logger

LONGEST_REST_SECONDS = 2.0
GATHERING_SECONDS = 0.03
"""Waited after being woken, so that one look finds the work of several wakes."""
IN_VAIN_SECONDS = 0.15
"""At least so long after a look that found only what has to wait: in a burst most wakes are of rows
that wait behind those."""
STOP_SECONDS = 7.0
"""How long the jobs in hand may take at the end: a process has ten for all of its end."""

log = get_logger()


class Job(NamedTuple):
    """One row to work on, and the chat whose order it keeps to."""

    chat_id: int
    row_id: int
    is_suspect: bool = False
    """It was in hand when a process ended."""


class Found(NamedTuple):
    """What is ready now, and after how many seconds more may be. `awaits_turn`: there is some, and
    its time has not come."""

    jobs: list[Job]
    rest: float
    awaits_turn: bool = False


class Lanes:
    """Asks `find` for work whenever something may be ready, and gives each chat one worker.

    `find(busy, free)` returns at most `free` jobs of chats that are not `busy`.
    """

    def __init__(
        self,
        find: Callable[[frozenset[int], int], Awaitable[Found]],
        work: Callable[[Job], Awaitable[None]],
        width: int,
    ) -> None:
        self._find = find
        self._work = work
        self._width = width
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._waking = asyncio.Event()
        self._in_vain_at = float("-inf")

    def wake(self) -> None:
        """Look for work now. Call it on the event loop."""
        self._waking.set()

    async def run(self) -> None:
        """Work until cancelled; then let the jobs in hand end."""
        try:
            while True:
                self._waking.clear()
                rest = await self._start_ready()
                # Not wait_for: woken and cancelled at once, it would lose the cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(rest, LONGEST_REST_SECONDS)):
                        await self._waking.wait()
                        gathering = self._in_vain_at + IN_VAIN_SECONDS - monotonic()
                        await asyncio.sleep(max(gathering, GATHERING_SECONDS))
        finally:
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=STOP_SECONDS)

    async def _start_ready(self) -> float:
        free = self._width - len(self._busy)
        if free <= 0:
            return LONGEST_REST_SECONDS
        try:
            found = await self._find(frozenset(self._busy), free)
        except Exception as error:  # the database may be away; nothing was taken
            log.warning("could not look for work", error=f"{type(error).__name__}: {error}")
            return LONGEST_REST_SECONDS
        if found.awaits_turn and not found.jobs:
            self._in_vain_at = monotonic()
        for job in found.jobs:
            self._busy[job.chat_id] = asyncio.create_task(self._work_on(job))
        return found.rest

    async def _work_on(self, job: Job) -> None:
        try:
            await self._work(job)
        except Exception:
            log.exception("a row could not be worked off", chat_id=job.chat_id, row_id=job.row_id)
            await asyncio.sleep(1)
        finally:
            del self._busy[job.chat_id]
            self.wake()
