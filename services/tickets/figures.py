"""The figures of a period, counted in the database."""

from datetime import datetime
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.tickets import AgentStats, FirstResponseStats, GetStats, RatingStats, TicketStats
from contracts.vocabulary import (
    UNFINISHED,
    AuthorKind,
    Category,
    Priority,
    TicketStatus,
)
from services.tickets.models import Agent, Ticket, TicketMessage


def get_stats(session: Session, query: GetStats) -> TicketStats:
    """Figures of [from_at, to_at); open tickets are those of this moment."""
    is_opened = _within(Ticket.created_at, query)
    is_open = Ticket.status.in_(UNFINISHED)
    is_resolved = _is_resolved(query)
    open_by_priority = _counted(session, Ticket.priority, is_open)
    return TicketStats(
        open=sum(open_by_priority.values()),
        open_by_priority={one: open_by_priority.get(one, 0) for one in Priority},
        by_status=_every(TicketStatus, _counted(session, Ticket.status, is_opened)),
        by_category=_every(Category, _counted(session, Ticket.category, is_opened)),
        opened=_count(session, is_opened),
        resolved=_count(session, is_resolved),
        first_response=_first_response(session, is_opened),
        by_agent=_by_agent(session, query, is_resolved),
        ratings=_ratings(session, query),
    )


def _is_resolved(query: GetStats) -> Any:
    """A merged ticket counts where it went on."""
    return _within(Ticket.resolved_at, query) & Ticket.merged_into.is_(None)


def _within(column: Any, query: GetStats) -> Any:
    return (column >= query.from_at) & (column < query.to_at)


def _count(session: Session, condition: Any) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(condition)) or 0


def _counted(session: Session, column: Any, condition: Any) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).where(condition).group_by(column))
    return {str(value): count for value, count in rows}


def _every(words: Any, counted: dict[str, int]) -> Any:
    return {word: counted.get(word, 0) for word in words}


def _first_response(session: Session, is_opened: Any) -> FirstResponseStats:
    """Seconds from creation to the first delivered answer, of tickets opened in the period.

    The 90th percentile is the nearest rank: the smallest value that at least 90 % do not exceed.
    """
    wanted = select(Ticket.created_at, Ticket.first_response_at).where(
        is_opened, Ticket.first_response_at.is_not(None)
    )
    waits = sorted(_seconds(created, answered) for created, answered in session.execute(wanted))
    if not waits:
        return FirstResponseStats(average_seconds=None, median_seconds=None, p90_seconds=None)
    return FirstResponseStats(
        average_seconds=round(sum(waits) / len(waits), 3),
        median_seconds=round(median(waits), 3),
        p90_seconds=waits[ceil(0.9 * len(waits)) - 1],
    )


def _ratings(session: Session, query: GetStats) -> RatingStats:
    """What requesters have said in the period, whenever the ticket was resolved."""
    given = select(func.avg(Ticket.rating), func.count(Ticket.rating)).where(
        _within(Ticket.rated_at, query)
    )
    average, count = session.execute(given).one()
    return RatingStats(average=round(float(average), 2) if count else None, count=count)


def _seconds(start: datetime, end: datetime | None) -> float:
    assert end is not None
    return round((end - start).total_seconds(), 3)


def _by_agent(session: Session, query: GetStats, is_resolved: Any) -> list[AgentStats]:
    """Everybody who answered or resolved in the period, the busiest first."""
    is_answer = (
        (TicketMessage.author_kind == AuthorKind.AGENT)
        & ~TicketMessage.is_note
        & _within(TicketMessage.created_at, query)
    )
    answers = _counted(session, TicketMessage.author_id, is_answer)
    resolved = _counted(session, Ticket.resolved_by, is_resolved)
    names = {agent.id: agent.name for agent in session.scalars(select(Agent))}
    figures = [
        AgentStats(
            agent=names[one],
            agent_id=one,
            answers=answers.get(one, 0),
            resolved=resolved.get(one, 0),
        )
        for one in sorted({*answers, *resolved})
        if one in names
    ]
    return sorted(figures, key=lambda figure: -(figure.answers + figure.resolved))
