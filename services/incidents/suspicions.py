"""Suspicions as rows: which are open, what they keep quiet, how they look from outside."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from contracts.errors import SuspicionAnswered, SuspicionNotFound
from contracts.event import rfc3339
from contracts.incidents import SuspicionExample, SuspicionView
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import Category, SuspicionAnswer
from services.incidents.models import Incident, Suspicion
from services.incidents.product import Product
from services.incidents.views import components_hit

# Built once: they are asked at every ticket that is opened.
QUIET = (
    select(Suspicion.id)
    .where(Suspicion.category == bindparam("category"), Suspicion.quiet_until > bindparam("now"))
    .limit(1)
)
LASTING = (
    select(Incident)
    .options(selectinload(Incident.effects))
    .where(Incident.resolved_at.is_(None) | (Incident.resolved_at > bindparam("since")))
    .where(Incident.withdrawn_at.is_(None))
)
"""The incidents that are open, or were after `since`."""


def find_unanswered(session: Session, suspicion_id: int) -> Suspicion:
    """Raises SuspicionNotFound, SuspicionAnswered. Whoever calls has waited for their turn."""
    is_id = 0 < suspicion_id <= LARGEST_ID
    found = session.get(Suspicion, suspicion_id) if is_id else None
    if found is None:
        raise SuspicionNotFound("there is no such suspicion", {"suspicion_id": str(suspicion_id)})
    if found.answer is not None:
        raise SuspicionAnswered("somebody has answered it", _answer_of(session, found))
    return found


def answer(
    suspicion: Suspicion,
    said: SuspicionAnswer,
    by: str,
    at: datetime,
    *,
    product: Product,
    incident: Incident | None = None,
) -> None:
    """Keep the answer; the category is quiet for a while from then on."""
    suspicion.answer, suspicion.answered_by, suspicion.answered_at = said, by, at
    suspicion.incident_id = incident.id if incident else None
    quiet_until = at + timedelta(minutes=product.rules.surge.quiet_minutes)
    suspicion.quiet_until = max(suspicion.quiet_until, quiet_until)


def is_quiet(session: Session, category: Category, now: datetime) -> bool:
    """Whether the category was asked about, or answered for, a while ago."""
    return session.scalar(QUIET, {"category": category, "now": now}) is not None


def is_explained(
    session: Session, components: list[str], since: datetime, vague_since: datetime
) -> bool:
    """Whether an incident that is open, or was after `since`, hits one of these components; a
    category that belongs to none may be about any. An incident that names none may be so too, but
    neither for ever nor beyond its end: only an open one that began after `vague_since`."""
    return any(
        not components or set(hit) & set(components)
        if (hit := components_hit(each))
        else each.resolved_at is None and each.started_at > vague_since
        for each in session.scalars(LASTING, {"since": since})
    )


def end_of_vague(session: Session, since: datetime) -> datetime | None:
    """When, after `since`, the last incident ended that named no component: what was opened before
    may have been about it, what came later was not."""
    lasting = session.scalars(LASTING, {"since": since})
    ends = [each.resolved_at for each in lasting if not components_hit(each)]
    return max((end for end in ends if end is not None), default=None)


def suspicion_view(row: Suspicion, product: Product) -> SuspicionView:
    """The suspicion as agents are told of it."""
    category = Category(row.category)
    return SuspicionView(
        id=row.id,
        category=category,
        suspected_at=row.suspected_at,
        count=row.count,
        usual=row.usual,
        window_minutes=row.window_minutes,
        examples=[SuspicionExample.model_validate(one) for one in row.examples],
        components=product.components_of(category),
        quiet_until=row.quiet_until,
        answer=SuspicionAnswer(row.answer) if row.answer else None,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        incident_id=row.incident_id,
    )


def _answer_of(session: Session, row: Suspicion) -> dict[str, str]:
    assert row.answered_at is not None, row.id
    told = {
        "answer": str(row.answer),
        "answered_by": str(row.answered_by),
        "answered_at": rfc3339(row.answered_at),
    }
    if row.incident_id is None:
        return told
    title = session.get_one(Incident, row.incident_id).title
    return told | {"id": str(row.incident_id), "title": title}
