"""All clocks of a ticket in one row, each cycle in one of its own, and editions of the promises.

What had been said stays said: no ticket is warned of or found late twice.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0002"
down_revision = "0001"

FIRST = "first_response"


def upgrade() -> None:
    clocks = _create_clocks()
    before = sa.table("cycles", *(sa.column(name) for name in ("ticket_id", "revision")))
    columns = [*before.c, sa.column("next_at", INSTANT)]
    columns += [sa.column(name, sa.JSON()) for name in ("cycle", "ticket")]
    rows = op.get_bind().execute(sa.select(*columns).select_from(before)).all()
    if rows:
        op.get_bind().execute(
            sa.insert(clocks),
            [
                {
                    "ticket_id": row.ticket_id,
                    "next_at": row.next_at,
                    "clock": _clock(row.cycle),
                    "ticket": row.ticket,
                }
                for row in rows
            ],
        )
    _create_cycles([row.cycle for row in rows])
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
    )


def _create_clocks() -> sa.Table:
    table = op.create_table(
        "clocks",
        sa.Column("ticket_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("next_at", INSTANT),
        sa.Column("clock", sa.JSON(), nullable=False),
        sa.Column("ticket", sa.JSON(), nullable=False),
    )
    is_running = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_clocks_next_at",
        "clocks",
        ["next_at"],
        postgresql_where=is_running,
        sqlite_where=is_running,
    )
    return table


def _create_cycles(cycles: list[dict[str, Any]]) -> None:
    for name in ("next_at", "state_due", "achieved_at", "breached_at"):
        op.drop_index(f"ix_cycles_{name}", "cycles")
    op.drop_table("cycles")
    table = op.create_table(
        "cycles",
        sa.Column("ticket_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("metric", sa.String(20), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.String(2), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("achieved_at", INSTANT),
        sa.Column("breached_at", INSTANT),
        sa.Column("cause", sa.String(20)),
    )
    op.create_index("ix_cycles_state_due", "cycles", ["state", "due_at"])
    op.create_index("ix_cycles_achieved_at", "cycles", ["achieved_at"])
    op.create_index("ix_cycles_breached_at", "cycles", ["breached_at"])
    if cycles:
        op.get_bind().execute(sa.insert(table), [_row(cycle) for cycle in cycles])


def _clock(cycle: dict[str, Any]) -> dict[str, Any]:
    """The one clock there was, as the first of a ticket's clocks."""
    history, verdict = cycle["history"], cycle["verdict"]
    duty = {
        "metric": FIRST,
        "n": cycle["duty"]["n"],
        "started_at": cycle["duty"]["started_at"],
        "fulfilled_at": cycle["duty"]["answered_at"],
        "cancelled_at": cycle["duty"]["cancelled_at"],
        "pauses": [],
    }
    return {
        "ticket_id": cycle["ticket_id"],
        "revision": cycle["revision"],
        "history": {
            "version": history["version"],
            "created_at": history["created_at"],
            "answered_at": history["answered_at"],
            "priorities": history["priorities"],
            "statuses": sorted(_statuses(history), key=lambda one: _instant(one[0])),
            "questions": [[at, 0] for at in sorted(_questions(history), key=_instant)],
            "reopenings": [[at, 0] for at in history["reopenings"]],
            "answers": [[history["answered_at"], 0]] if history["answered_at"] else [],
        },
        "cycles": [
            {
                "duty": duty,
                "verdict": verdict,
                "policy_version": cycle["policy_version"],
                "priority": history["priorities"][-1][2],
            }
        ],
        "judged_at": cycle["judged_at"],
        "said": [[FIRST, *mark] for mark in cycle["said"]],
    }


def _questions(history: dict[str, Any]) -> set[str]:
    return {history["created_at"], *history["reopenings"]}


def _statuses(history: dict[str, Any]) -> Iterator[list[Any]]:
    version = history["version"]
    yield [history["created_at"], 0, "open"]
    yield from ([at, version, "resolved"] for at in history["closings"])
    yield from ([at, version, "open"] for at in history["reopenings"])


def _row(cycle: dict[str, Any]) -> dict[str, Any]:
    verdict = cycle["verdict"]
    breach, answered_at = verdict["breach"], cycle["duty"]["answered_at"]
    return {
        "ticket_id": cycle["ticket_id"],
        "metric": FIRST,
        "n": cycle["duty"]["n"],
        "state": verdict["state"],
        "is_paused": False,
        "priority": cycle["history"]["priorities"][-1][2],
        "due_at": _instant(verdict["due_at"]),
        "achieved_at": _instant(answered_at) if answered_at else None,
        "breached_at": _instant(breach["at"]) if breach else None,
        "cause": breach["cause"] if breach else None,
    }


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
