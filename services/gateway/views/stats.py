"""The figures of a period, composed from three processes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from structlog import get_logger

from contracts.errors import ContractError
from contracts.incidents import GetIncidentStats
from contracts.sla import GetSlaStats
from contracts.tickets import GetStats, TicketStats
from contracts.vocabulary import Category, Priority, TicketStatus
from services.gateway import shapes
from services.gateway.answering import answer
from services.gateway.calls import FIGURES_SECONDS, incidents, sla, tickets
from services.gateway.faults import Fault, Faulty
from services.gateway.fields import end_of, start_of
from services.gateway.forms import Period
from services.gateway.operations import Operation, Who, describes
from services.gateway.reading import read_query
from services.gateway.toolbox import desk
from services.gateway.visit import current

DEFAULT_PERIOD = timedelta(days=30)

Figures = TypeVar("Figures")

blueprint = Blueprint("stats", __name__)
log = get_logger()


@blueprint.get("/api/support/stats/")
@describes(
    Operation(
        summary="Tell the figures of a period",
        tag="stats",
        who=Who.ADMIN,
        query=Period,
        answers={200: shapes.Stats},
        errors=("unavailable",),
    )
)
def tell_stats() -> Response:
    """Without its neighbours' figures when they are silent; without tickets' there is nothing."""
    start, end = _bounds(read_query(request, Period))
    counted = tickets().get_stats(GetStats(from_at=start, to_at=end))
    clocks = _or_none(
        lambda: sla(FIGURES_SECONDS).get_sla_stats(GetSlaStats(from_at=start, to_at=end))
    )
    outages = _or_none(
        lambda: incidents(FIGURES_SECONDS).get_incident_stats(
            GetIncidentStats(from_at=start, to_at=end)
        )
    )
    told = shapes.Stats.model_validate(
        {
            **dict(_with_zeros(counted)),
            "from": start,
            "to": end,
            "sla": clocks,
            "incidents": outages,
        }
    )
    return answer(told)


def _bounds(period: Period) -> tuple[datetime, datetime]:
    zone = ZoneInfo(desk().timezone)
    end = end_of(period.to, zone) if period.to else current().received_at
    start = start_of(period.from_, zone) if period.from_ else end - DEFAULT_PERIOD
    if start >= end:
        raise Faulty([Fault("from", "not_before_to")])
    return start, end


def _with_zeros(counted: TicketStats) -> TicketStats:
    """Every priority, status and category is named, also the ones nothing was counted for."""
    return counted.model_copy(
        update={
            "open_by_priority": dict.fromkeys(Priority, 0) | counted.open_by_priority,
            "by_status": dict.fromkeys(TicketStatus, 0) | counted.by_status,
            "by_category": dict.fromkeys(Category, 0) | counted.by_category,
        }
    )


def _or_none(ask: Callable[[], Figures]) -> Figures | None:
    try:
        return ask()
    except ContractError as error:
        log.warning("figures without a neighbour's", code=error.code, reason=error.message)
        return None
