"""Tells agents that a process could not take in a message, once in a while for each queue, and
counts what is parked. Mending it is for whoever runs the desk."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from amqp.exceptions import AMQPError
from prometheus_client import Gauge
from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.events.dead_letters import count_dead
from chassis.storage.database import UtcDateTime, insert_if_absent, table_of
from chassis.storage.store import Store
from services.bot.letters import Letter, Rank
from services.bot.models import ParkedQueue
from services.bot.sending.outbox import post
from services.bot.speech import Speech
from services.bot.telling.audience import Audience

QUIET = timedelta(minutes=10)
"""How long nothing more is said of a queue after agents were told of it."""
QUEUES = table_of(ParkedQueue).c
IS_QUIET_OVER = or_(
    QUEUES.told_at <= bindparam("told_before", type_=UtcDateTime),
    QUEUES.told_at > bindparam("now", type_=UtcDateTime),  # the clock was set back since
)
IS_OVERDUE = select(exists().where(QUEUES.untold > 0, IS_QUIET_OVER))
LOOK_SECONDS = 5.0
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

log = get_logger()
parked = Gauge("bot_parked_messages", "Messages of all processes that wait in support.dead")


class Telling(NamedTuple):
    """In which words, and whom."""

    words: Speech
    audience: Audience


def note_parked(session: Session, queue: str, telling: Telling, now: datetime) -> None:
    """One more message of a queue is parked: tell it now, or count it for later."""
    insert_if_absent(session, ParkedQueue, queue=queue, told_at=NEVER, untold=0)
    row = session.get_one(ParkedQueue, queue, with_for_update=True)
    row.untold += 1
    if not now - QUIET < row.told_at <= now:
        _tell(session, row, telling, now)


def is_overdue(session: Session, now: datetime) -> bool:
    """Whether anything was only counted where the quiet time is over."""
    return bool(session.scalar(IS_OVERDUE, _at(now)))


def tell_overdue(session: Session, telling: Telling, now: datetime) -> None:
    """Tell of what was only counted, where the quiet time is over."""
    overdue = select(ParkedQueue).where(ParkedQueue.untold > 0, IS_QUIET_OVER)
    for row in session.scalars(overdue.with_for_update(), _at(now)):
        _tell(session, row, telling, now)


def _at(now: datetime) -> dict[str, datetime]:
    return {"told_before": now - QUIET, "now": now}


def _tell(session: Session, row: ParkedQueue, telling: Telling, now: datetime) -> None:
    words = telling.words
    count, row.untold, row.told_at = row.untold, 0, now
    process = row.queue.partition(".")[0]
    text = words.plural("bot.notice.parked", count, process=process, queue=row.queue)
    summary = words.plural("bot.digest.parked", count, queue=row.queue)
    for hearer in telling.audience.everybody(session):
        letter = Letter(
            hearer.chat_id,
            text,
            Rank.WARNING,
            summary=summary,
            language=words.language,
            not_before=hearer.not_before,
            stands_for=hearer.stands_for,
        )
        key = f"parked:{row.queue}:{now.timestamp():.3f}:{hearer.chat_id}"
        post(session, letter, key, now)


class ParkingWatch:
    """Looks every few seconds whether there is something to tell or to count."""

    def __init__(self, store: Store, telling: Telling, amqp_url: str) -> None:
        self._store = store
        self._telling = telling
        self._amqp_url = amqp_url

    async def run(self) -> None:
        """Look until cancelled; what fails is looked at again."""
        while True:
            try:
                await asyncio.to_thread(self._tell_overdue)
                parked.set(await asyncio.to_thread(count_dead, self._amqp_url))
            except (OSError, AMQPError) as error:
                log.warning("what is parked could not be counted", error=str(error))
            except Exception:
                log.exception("what is parked could not be told")
            await asyncio.sleep(LOOK_SECONDS)

    def _tell_overdue(self) -> None:
        now = self._store.now()
        if self._store.glance(is_overdue, now):
            with self._store.writing() as session:
                tell_overdue(session, self._telling, now)
