"""Sees to it that of several replicas on one database one alone works: the holder of the lease.

The holder renews it; the others look once a second whether it is free. Time is the database's, so
that clocks of machines need not agree. A holder counts itself as one for less time than the others
do: between the two nobody works.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.clock import SystemClock
from chassis.storage.database import insert_if_absent, table_of
from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.bot import holders
from services.bot.models import Lease

LASTS = timedelta(seconds=10)
"""After so long without a renewal another replica takes the work over."""
TRUSTED_SECONDS = 6.0
"""For so long after it asked for its last renewal a holder goes on working."""
RENEW_SECONDS = 2.0
LOOK_SECONDS = 1.0
NOBODY = ""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
WORK = "work"
LEASES = table_of(Lease).c
HOLDER = select(LEASES.holder).where(LEASES.name == WORK).with_for_update(read=True)
"""Built once: asked in every transaction of the work."""

log = get_logger()


class LeaseLost(Exception):
    """Another replica has taken the work over, so this one must not go on."""


def take(session: Session, me: str, is_over: Callable[[str], bool] = holders.is_over) -> str:
    """Take the lease, unless another holds it; the holder's name."""
    insert_if_absent(session, Lease, name=WORK, holder=NOBODY, until=LONG_AGO)
    row = session.get_one(Lease, WORK, with_for_update=True)
    now = _database_time(session)
    if row.holder in {NOBODY, me} or row.until <= now or is_over(row.holder):
        row.holder, row.until = me, now + LASTS
    return row.holder


def renew(session: Session, me: str) -> bool:
    """Hold the lease on; False when it was another's meanwhile, even if it would be free again:
    what that one had in hand is taken up by whoever begins the work anew."""
    row = session.get(Lease, WORK, with_for_update=True)
    if row is None or row.holder != me:
        return False
    row.until = _database_time(session) + LASTS
    return True


def give_up(session: Session, me: str) -> None:
    """Let the next one have it at once."""
    row = session.get(Lease, WORK, with_for_update=True)
    if row is not None and row.holder == me:
        row.holder, row.until = NOBODY, LONG_AGO


def holder_of(session: Session) -> str:
    """Who has the lease, and goes on having it until this transaction ends."""
    return session.scalar(HOLDER) or NOBODY


def _database_time(session: Session) -> datetime:
    """SQLite's is the machine's, as is that of whoever may use the file."""
    if session.get_bind().dialect.name == "sqlite":
        return SystemClock().now()
    told: datetime = session.scalars(select(func.clock_timestamp())).one()
    return told


class WorkLease:
    """One replica's side of the lease."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._me = holders.own_name()
        self._asked_at = float("-inf")
        self._is_granted = asyncio.Event()

    @property
    def is_held(self) -> bool:
        """Whether this replica may work now."""
        return self._is_granted.is_set() and monotonic() - self._asked_at < TRUSTED_SECONDS

    async def take(self, note_waiting: Callable[[], None]) -> None:
        """Wait until the work is ours. `note_waiting` hears when it is another's."""
        is_told = False
        while not (is_ours := await self._ask(self._take)):
            if is_ours is False and not is_told:
                is_told = True
                note_waiting()
            await asyncio.sleep(LOOK_SECONDS)
        self._is_granted.set()
        log.info("this replica does the work")

    async def keep(self) -> None:
        """Renew it for ever. While the database is away nobody can have it. Raises LeaseLost."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if await self._ask(self._renew) is False:
                self._is_granted.clear()
                raise LeaseLost("another replica has taken the work over")

    async def held(self) -> None:
        """Wait until this replica may work."""
        while not self.is_held:
            await asyncio.sleep(0.1)

    async def while_held(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, but break it off when this replica may work no longer."""
        doing = asyncio.create_task(work)
        lapsing = asyncio.create_task(self._lapse())
        try:
            await asyncio.wait((doing, lapsing), return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
        finally:
            for task in (doing, lapsing):
                task.cancel()
            await asyncio.gather(doing, lapsing, return_exceptions=True)

    async def _lapse(self) -> None:
        while self.is_held:
            await asyncio.sleep(max(self._asked_at + TRUSTED_SECONDS - monotonic(), 0.05))

    def is_ours(self, session: Session) -> bool:
        """Whether it is ours, and stays ours until this transaction ends."""
        return holder_of(session) == self._me

    async def give_up(self) -> None:
        """Hand over at a clean end, when everything else has ended."""
        was_granted = self._is_granted.is_set()
        self._is_granted.clear()
        try:
            if was_granted:
                await asyncio.to_thread(self._give_up)
        except Unavailable as error:
            log.warning("the work is handed over only when the lease ends", error=str(error))

    async def _ask(self, is_ours_by: Callable[[Session], bool]) -> bool | None:
        """Whether it is ours; None when there was no telling."""
        asked_at = monotonic()
        try:
            is_ours = await asyncio.to_thread(self._written, is_ours_by)
        except Unavailable as error:
            log.warning("the lease could not be looked at", error=str(error))
            return None
        if is_ours:
            self._asked_at = asked_at
        return is_ours

    def _written(self, is_ours_by: Callable[[Session], bool]) -> bool:
        with self._store.database.writing(outlives_power_cut=False) as session:
            return is_ours_by(session)

    def _take(self, session: Session) -> bool:
        return take(session, self._me) == self._me

    def _renew(self, session: Session) -> bool:
        return renew(session, self._me)

    def _give_up(self) -> None:
        with self._store.writing() as session:
            give_up(session, self._me)
