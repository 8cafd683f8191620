"""The openings of tickets as rows: singly for a day, then only how many an hour brought."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent, table_of
from contracts.tickets import TicketFacts
from contracts.vocabulary import Category
from services.incidents.domain.surge import HOUR, WEEK, Opening, Week, hour_of
from services.incidents.models import OpeningCount, TicketOpening

KEPT = timedelta(days=1)
"""What is heard later than that is not taken in: a ticket would be counted anew."""

# Built once: they are asked at every ticket that is opened.
IS_AROUND = (
    TicketOpening.category == bindparam("category"),
    TicketOpening.opened_at > bindparam("after"),
    TicketOpening.opened_at < bindparam("before"),
)
OPENINGS = select(
    TicketOpening.ticket_id, TicketOpening.opened_at, TicketOpening.requester_id
).where(*IS_AROUND)
PEOPLE = select(func.count(TicketOpening.requester_id.distinct())).where(*IS_AROUND)
COUNTS = table_of(OpeningCount)
COUNT = (
    update(COUNTS)
    .where(COUNTS.c.hour == bindparam("at"), COUNTS.c.category == bindparam("of"))
    .values(count=COUNTS.c.count + bindparam("step"))
)


def keep_opening(session: Session, ticket: TicketFacts, now: datetime) -> bool:
    """Count a ticket where its newest version wants it; whether that is news."""
    if ticket.created_at < now - KEPT:
        return False
    is_new = insert_if_absent(
        session,
        TicketOpening,
        ticket_id=ticket.id,
        version=ticket.version,
        category=ticket.category,
        opened_at=ticket.created_at,
        requester_id=ticket.requester.id,
        subject=ticket.subject,
    )
    hour = hour_of(ticket.created_at)
    if is_new:
        _count(session, hour, {ticket.category: 1})
        return True
    kept = session.get_one(TicketOpening, ticket.id, with_for_update=True)
    if ticket.version <= kept.version:
        return False
    was, kept.category, kept.version = Category(kept.category), ticket.category, ticket.version
    if was == ticket.category:
        return False
    _count(session, hour, {was: -1, ticket.category: 1})
    return True


def openings_around(
    session: Session, category: Category, at: datetime, window: timedelta
) -> list[Opening]:
    """Those of a category less than a window before and after."""
    asked = _around(category, at, window)
    return [Opening(*row) for row in session.execute(OPENINGS, asked)]


def people_around(session: Session, category: Category, at: datetime, window: timedelta) -> int:
    """How many opened them; quickly told, however often one of them wrote."""
    return session.scalar(PEOPLE, _around(category, at, window)) or 0


def _around(category: Category, at: datetime, window: timedelta) -> dict[str, object]:
    return {"category": category, "after": at - window, "before": at + window}


def subjects_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, str]:
    """By ticket."""
    wanted = select(TicketOpening.ticket_id, TicketOpening.subject)
    rows = session.execute(wanted.where(TicketOpening.ticket_id.in_(ticket_ids)))
    return {row.ticket_id: row.subject for row in rows}


def weeks_at(
    session: Session, category: Category, hours: Sequence[tuple[datetime, ...]]
) -> list[Week]:
    """What these hours brought, for the weeks in which openings were counted already."""
    first = session.scalar(select(func.min(OpeningCount.hour)))
    known = [week for week in hours if first is not None and first <= week[0]]
    wanted = select(OpeningCount.hour, OpeningCount.count).where(
        OpeningCount.category == category,
        OpeningCount.hour.in_([hour for week in known for hour in week]),
    )
    rows = session.execute(wanted).all()
    counts: dict[datetime, int] = dict(rows)
    return [[counts.get(hour, 0) for hour in week] for week in known]


def thin_out(session: Session, now: datetime, history_weeks: int) -> None:
    """Forget what no comparison needs any more."""
    oldest = hour_of(now) - history_weeks * WEEK - KEPT - 2 * HOUR
    session.execute(delete(TicketOpening).where(TicketOpening.opened_at < now - KEPT))
    session.execute(delete(OpeningCount).where(OpeningCount.hour < oldest))


def _count(session: Session, hour: datetime, steps: dict[Category, int]) -> None:
    """In one order for all, so that no two wait for each other."""
    for category, step in sorted(steps.items()):
        insert_if_absent(session, OpeningCount, hour=hour, category=category, count=0)
        session.connection().execute(COUNT, {"at": hour, "of": category, "step": step})
