"""How things stand: /status, /sla and /stats."""

from asyncio import to_thread
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from structlog import get_logger

from contracts.errors import Unavailable
from contracts.incidents import GetIncidentStats
from contracts.sla import GetSlaStats, SlaStats, UrgentCycles
from contracts.tickets import GetStats
from services.bot import buttons
from services.bot.asking import Ask, Reply
from services.bot.showing import figures

if TYPE_CHECKING:
    from services.bot.showing.drawing import Drawing

DAYS = 30
URGENT_SHOWN = 20

log = get_logger()

Query = TypeVar("Query")
Answer = TypeVar("Answer")


async def status(ask: Ask) -> Reply:
    """The system as users see it; anybody may ask."""
    view = await to_thread(ask.office.incidents.get_status)
    keyboard = () if ask.agent else buttons.join_any(ask.words, view.incidents)
    return ask.say(figures.status(ask.words, view, ask.now), keyboard)


async def sla(ask: Ask) -> Reply:
    """What is late and what soon will be, with a time line of the worst."""
    found = await to_thread(ask.office.sla.list_urgent, URGENT_SHOWN)
    text = figures.urgent(ask.words, found, ask.now)
    return ask.say(text, photo=await to_thread(_timeline, ask, found))


async def stats(ask: Ask) -> Reply:
    """The desk's figures, with a chart of what was in time; a neighbour that is silent is left
    out."""
    office = ask.office
    period = {"from_at": ask.now - timedelta(days=DAYS), "to_at": ask.now}
    tickets = await to_thread(office.tickets.get_stats, GetStats(**period))
    sla_stats = await _if_there(office.sla.get_sla_stats, GetSlaStats(**period))
    incidents = await _if_there(office.incidents.get_incident_stats, GetIncidentStats(**period))
    text = figures.stats(ask.words, tickets, sla=sla_stats, incidents=incidents, days=DAYS)
    return ask.say(text, photo=await to_thread(_chart, ask, sla_stats))


def _chart(ask: Ask, sla_stats: SlaStats | None) -> bytes | None:
    """The picture, if there is something to see on it."""
    from services.bot.showing import chart  # a bot that draws nothing does without 13 MB

    if sla_stats is None or not chart.is_drawable(sla_stats):
        return None
    return _drawn(lambda: chart.chart(ask.words, sla_stats, ask.now, DAYS))


def _timeline(ask: Ask, found: UrgentCycles) -> bytes | None:
    """The picture, if anything is late or soon will be."""
    from services.bot.showing import timeline

    if not found.cycles:
        return None
    return _drawn(lambda: timeline.timeline(ask.words, found, ask.now))


def _drawn(draw: Callable[[], "Drawing"]) -> bytes | None:
    """A picture. Without it the figures go all the same."""
    from services.bot.showing import drawing

    try:
        return drawing.png(draw())
    except Exception:
        log.exception("the chart could not be drawn")
        return None


async def _if_there(ask: Callable[[Query], Answer], query: Query) -> Answer | None:
    try:
        return await to_thread(ask, query)
    except Unavailable:
        return None
