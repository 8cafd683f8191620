"""Which open incident a ticket may be about, so that its requester can say so. Pure."""

from contracts.desk import Desk
from contracts.incidents import IncidentView
from contracts.tickets import TicketSummary
from contracts.vocabulary import UNFINISHED
from services.gateway.status_board import Knowledge


def known_incident(ticket: TicketSummary, known: Knowledge, desk: Desk) -> IncidentView | None:
    """The gravest open incident that may be behind an unfinished ticket that is linked to none."""
    if known.view is None or ticket.incident is not None or ticket.status not in UNFINISHED:
        return None
    category, open_ones = ticket.category, known.view.incidents
    return next((one for one in open_ones if desk.may_be_about(category, one.components)), None)
