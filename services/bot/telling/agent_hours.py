"""What agents wished of when to be told: rows, in the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent, plain_rows, table_of
from services.bot.hours import QuietHours
from services.bot.models import AgentHours, OutgoingMessage
from services.bot.sending.outbox import WAITING

# Built once: asked with every notice to agents.
HOURS = table_of(AgentHours)
SAID = select(HOURS).where(HOURS.c.telegram_id.in_(bindparam("telegram_ids", expanding=True)))


@dataclass(frozen=True)
class Wishes:
    """One agent's; whoever has said nothing is on duty around the clock."""

    is_on_duty: bool = True
    quiet: QuietHours | None = None


def wishes_of(session: Session, telegram_id: int) -> Wishes:
    return wishes(session, [telegram_id]).get(telegram_id, Wishes())


def wishes(session: Session, telegram_ids: Collection[int]) -> dict[int, Wishes]:
    """Those of whoever has said something."""
    rows = plain_rows(session, SAID, telegram_ids=list(telegram_ids))
    return {row.telegram_id: _wishes(row) for row in rows}


def set_duty(session: Session, telegram_id: int, *, is_on_duty: bool) -> None:
    """From now on they are told everything, or only what cannot do without them."""
    _row(session, telegram_id).is_off_duty = not is_on_duty


def set_quiet(session: Session, telegram_id: int, quiet: QuietHours | None) -> None:
    """New hours are for what comes from now on; with none, what waits comes at once."""
    row = _row(session, telegram_id)
    row.quiet_from = quiet.begin if quiet else None
    row.quiet_to = quiet.end if quiet else None
    if quiet is None:
        waiting = update(OutgoingMessage).where(
            OutgoingMessage.chat_id == telegram_id, OutgoingMessage.state == WAITING
        )
        session.execute(waiting.values(not_before=None))


def _row(session: Session, telegram_id: int) -> AgentHours:
    insert_if_absent(session, AgentHours, telegram_id=telegram_id, is_off_duty=False)
    return session.get_one(AgentHours, telegram_id, with_for_update=True)


def _wishes(row: Row[Any]) -> Wishes:
    is_quiet = row.quiet_from is not None and row.quiet_to is not None
    quiet = QuietHours(row.quiet_from, row.quiet_to) if is_quiet else None
    return Wishes(not row.is_off_duty, quiet)
