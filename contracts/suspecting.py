"""Which open incident a ticket may be about, so that its requester can say so: one rule for every
door. Pure."""

from collections.abc import Iterable

from contracts.desk import Desk
from contracts.incidents import IncidentView
from contracts.tickets import TicketSummary
from contracts.vocabulary import UNFINISHED


def known_incident(
    ticket: TicketSummary, open_ones: Iterable[IncidentView], desk: Desk
) -> IncidentView | None:
    """The first of these, gravest first, that may be behind an unfinished ticket that is linked to
    none; one that names a component of the ticket's category comes before one that names none."""
    if ticket.incident is not None or ticket.status not in UNFINISHED:
        return None
    possible = [one for one in open_ones if desk.may_be_about(ticket.category, one.components)]
    named = (one for one in possible if ticket.category in desk.categories_of(one.components))
    return next(named, next(iter(possible), None))
