"""Newer promises for what runs: planned first, then done, a page of tickets at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from structlog import get_logger

from contracts.sla import ClockMove, PlanRecount, Recount, RecountClocks
from contracts.vocabulary import CycleState
from services.sla.announcing import tell
from services.sla.domain import Move, recount
from services.sla.editions import Editions, edition_of, lacking_holidays, without_holidays
from services.sla.keeping import CLOCKS, CYCLES, KEPT, Kept, all_kept, keep
from services.sla.promises import Rules

OPEN = (CycleState.PENDING, CycleState.IMMINENT_BREACH)
IS_OPEN = select(CYCLES.c.ticket_id).where(
    CYCLES.c.state.in_(OPEN), CYCLES.c.ticket_id > bindparam("after")
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
    moves = [_told(row, recount(row.clock, promised, now)[1]) for row in rows]
    warnings = {
        "without_holidays": without_holidays(session, rules),
        "lacking_holidays": lacking_holidays(session, rules, now),
        "has_number_of_others": bool(query.desk) and editions.has_number_of_others(rules),
    }
    return _page(rows, moves, query.limit).model_copy(update=warnings)


def recount_clocks(
    session: Session, command: RecountClocks, now: datetime, editions: Editions
) -> Recount:
    """Move what is open to the promises in force, and log each move."""
    promised = editions.noted_in(session, now)
    locked = OPEN_CLOCKS.with_for_update()
    rows = all_kept(session, locked, after=command.after, limit=command.limit)
    moves = []
    for row in rows:
        (clock, said), moved = recount(row.clock, promised, now)
        keep(session, [(row, clock, row.ticket)])
        tell(session, [(said, row.ticket)], now)
        moves.append(_told(row, moved))
        for move in moved:
            log.info(
                "clock recounted",
                ticket_id=row.ticket_id,
                metric=move.metric.value,
                cycle=move.n,
                old_due_at=str(move.old_due_at),
                new_due_at=str(move.new_due_at),
            )
    return _page(rows, moves, command.limit)


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


def _page(rows: Sequence[Kept], moves: list[list[ClockMove]], limit: int) -> Recount:
    return Recount(
        tickets=len(rows),
        moves=[move for of_ticket in moves for move in of_ticket],
        next=rows[-1].ticket_id if len(rows) == limit else None,
    )
