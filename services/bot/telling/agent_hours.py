"""What agents wished of when to be told: rows, in the caller's transaction."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from services.bot.hours import QuietHours, Wishes
from services.bot.models import AgentHours, OutgoingMessage
from services.bot.sending.outbox import WAITING


def wishes_of(session: Session, telegram_id: int) -> Wishes:
    row = session.get(AgentHours, telegram_id)
    return Wishes.kept(row.is_off_duty, row.quiet_from, row.quiet_to) if row else Wishes()


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
