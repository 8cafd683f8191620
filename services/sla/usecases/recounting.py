"""Newer promises for what runs: planned first, then done, a page of tickets at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from structlog import get_logger

from contracts.sla import ClockMove, PlanRecount, Recount, RecountClocks
from services.sla.announcing import tell
from services.sla.domain import RUNNING, Move, Recounted, recount
from services.sla.editions import Editions, edition_of, lacking_holidays, without_holidays
from services.sla.keeping import CLOCKS, CYCLES, KEPT, Kept, all_kept, keep
from services.sla.promises import Rules

IS_OPEN = select(CYCLES.c.ticket_id).where(
    CYCLES.c.state.in_(RUNNING), CYCLES.c.ticket_id > bindparam("after")
)
OPEN_CLOCKS = (
    KEPT.where(CLOCKS.c.ticket_id.in_(IS_OPEN))
    .order_by(CLOCKS.c.ticket_id)
    .limit(bindparam("limit"))
)

log = get_logger()


def plan_recount(
    session: Session, query: PlanRecount, editions: Editions, now: datetime
) -> Recount:
    """Tell what would move, and move nothing. Raises Invalid for a file that promises nothing."""
    promised, rules = editions.known_to(session), editions.rules_in_force
    if query.desk:
        promised = (*promised, edition_of(session, query.desk, now))
        rules = Rules.of(query.desk)
    rows = all_kept(session, OPEN_CLOCKS, after=query.after, limit=query.limit)
    recounts = [(row, recount(row.clock, promised, now)) for row in rows]
    warnings = {
        "without_holidays": without_holidays(session, rules),
        "lacking_holidays": lacking_holidays(session, rules, now),
        "has_number_of_others": bool(query.desk) and editions.has_number_of_others(rules),
    }
    return _page(recounts, query.limit).model_copy(update=warnings)


def recount_clocks(
    session: Session, command: RecountClocks, now: datetime, editions: Editions
) -> Recount:
    """Move what is open to the promises in force, and log each move."""
    promised = editions.noted_in(session, now)
    locked = OPEN_CLOCKS.with_for_update()
    rows = all_kept(session, locked, after=command.after, limit=command.limit)
    recounts = [(row, recount(row.clock, promised, now)) for row in rows]
    for row, ((clock, said), moves, _) in recounts:
        keep(session, [(row, clock, row.ticket)])
        tell(session, [(said, row.ticket)], now)
        for move in moves:
            log.info(
                "clock recounted",
                ticket_id=row.ticket_id,
                metric=move.metric.value,
                cycle=move.n,
                old_due_at=str(move.old_due_at),
                new_due_at=str(move.new_due_at),
            )
    return _page(recounts, command.limit)


def _told(row: Kept, moved: Sequence[Move]) -> list[ClockMove]:
    return [
        ClockMove(
            ticket_id=row.ticket_id,
            metric=move.metric,
            cycle=move.n,
            priority=move.priority,
            old_due_at=move.old_due_at,
            new_due_at=move.new_due_at,
            is_missed=move.is_missed,
        )
        for move in moved
    ]


def _page(recounts: Sequence[tuple[Kept, Recounted]], limit: int) -> Recount:
    return Recount(
        tickets=len(recounts),
        changed=sum(recounted.has_changed for _, recounted in recounts),
        moves=[move for row, recounted in recounts for move in _told(row, recounted.moves)],
        next=recounts[-1][0].ticket_id if len(recounts) == limit else None,
    )
