"""A surge of tickets makes a suspicion, and agents say what it is."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.incidents import DismissSuspicion, IncidentSuspected, SuspicionView
from contracts.tickets import TicketFacts
from contracts.vocabulary import Category, SuspicionAnswer
from services.incidents.announcing import wait_for_turn
from services.incidents.domain.surge import Surge, find_surge, hours_compared
from services.incidents.models import Suspicion
from services.incidents.openings import (
    keep_opening,
    openings_around,
    people_around,
    subjects_of,
    weeks_at,
)
from services.incidents.product import Product
from services.incidents.suspicions import (
    answer,
    end_of_vague,
    find_unanswered,
    is_explained,
    is_quiet,
    suspicion_view,
)

EXAMPLES = 5


def hear_opening(session: Session, ticket: TicketFacts, now: datetime, product: Product) -> None:
    """Take an opening into account, and suspect an incident when its category stands out.

    What is heard very late only counts as history. Those who look take turns: the last of those who
    are heard at once sees all, and there is one suspicion.
    """
    quiet = timedelta(minutes=product.rules.surge.quiet_minutes)
    if not keep_opening(session, ticket, now) or ticket.created_at < now - quiet:
        return
    if _is_settled(session, ticket, now, product):
        return
    wait_for_turn(session)
    surge = _find(session, ticket, product)
    if surge is not None and not _is_settled(session, ticket, now, product):
        _suspect(session, ticket.category, surge, now, product=product)


def dismiss_suspicion(
    session: Session, command: DismissSuspicion, now: datetime, product: Product
) -> SuspicionView:
    """It is no incident. Raises SuspicionNotFound, SuspicionAnswered."""
    wait_for_turn(session)
    suspicion = find_unanswered(session, command.suspicion_id)
    at = min(command.dismissed_at, now)
    answer(suspicion, SuspicionAnswer.DISMISSED, command.dismissed_by, at, product=product)
    return suspicion_view(suspicion, product)


def _is_settled(session: Session, ticket: TicketFacts, now: datetime, product: Product) -> bool:
    """Whether agents know already, or have just said what they think."""
    components = product.components_of(ticket.category)
    rules = product.rules.surge
    since = ticket.created_at - timedelta(minutes=rules.window_minutes)
    vague_since = now - timedelta(minutes=rules.quiet_minutes)
    return is_quiet(session, ticket.category, now) or is_explained(
        session, components, since, vague_since
    )


def _find(session: Session, ticket: TicketFacts, product: Product) -> Surge | None:
    rules, at = product.rules.surge, ticket.created_at
    window = timedelta(minutes=rules.window_minutes)
    if people_around(session, ticket.category, at, window) < rules.minimum_count:
        return None
    hours = hours_compared(at, product.zone, rules.history_weeks)
    openings = openings_around(session, ticket.category, at, window)
    if end := end_of_vague(session, at - window):
        openings = [one for one in openings if one.opened_at > end]
    return find_surge(openings, at, lambda: weeks_at(session, ticket.category, hours), rules)


def _suspect(
    session: Session, category: Category, surge: Surge, now: datetime, *, product: Product
) -> None:
    rules = product.rules.surge
    newest = [one.ticket_id for one in surge.openings[-EXAMPLES:]]
    subjects = subjects_of(session, newest)
    suspicion = Suspicion(
        category=category,
        suspected_at=now,
        quiet_until=now + timedelta(minutes=rules.quiet_minutes),
        count=len(surge.openings),
        usual=surge.usual,
        window_minutes=rules.window_minutes,
        examples=[{"ticket_id": one, "subject": subjects[one]} for one in newest],
    )
    session.add(suspicion)
    session.flush()
    announce(
        session,
        IncidentSuspected(
            event_id=uuid4(),
            occurred_at=now,
            version=1,
            suspicion=suspicion_view(suspicion, product),
        ),
    )
