"""How incidents hit components and for how long, promised words, post-mortems, the audit trail.

What earlier incidents named as their components was hit as their impact says, from begin to end.
"""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0003"
down_revision = "0002"

STATUS_BY_IMPACT = {
    "minor": "degraded_performance",
    "major": "partial_outage",
    "critical": "major_outage",
}


def upgrade() -> None:
    op.add_column("incident_updates", sa.Column("display_at", INSTANT))
    op.create_table(
        "incident_effects",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column(
            "incident_id", BIG_ID, sa.ForeignKey("incidents.id"), nullable=False, index=True
        ),
        sa.Column("component", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, index=True),
    )
    op.create_table(
        "incident_acts",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column(
            "incident_id", BIG_ID, sa.ForeignKey("incidents.id"), nullable=False, index=True
        ),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )
    op.add_column("incidents", sa.Column("changed_at", INSTANT))
    op.add_column("incidents", sa.Column("next_update_by", INSTANT))
    op.add_column("incidents", sa.Column("remind_at", INSTANT))
    op.add_column("incidents", sa.Column("reminders", sa.Integer()))
    op.add_column("incidents", sa.Column("postmortem", sa.Text()))
    op.add_column("incidents", sa.Column("postmortem_at", INSTANT))
    _bring_over()
    with op.batch_alter_table("incidents") as incidents:
        incidents.alter_column("changed_at", existing_type=INSTANT, nullable=False)
        incidents.alter_column("reminders", existing_type=sa.Integer(), nullable=False)
        incidents.drop_column("components")
    op.create_index("ix_incidents_remind_at", "incidents", ["remind_at"])
    op.add_column("public_status", sa.Column("known_since", INSTANT))
    op.execute(
        "UPDATE public_status SET known_since = "
        "coalesce((SELECT min(started_at) FROM incidents), updated_at)"
    )
    with op.batch_alter_table("public_status") as public_status:
        public_status.alter_column("known_since", existing_type=INSTANT, nullable=False)


def _bring_over() -> None:
    incidents = sa.table(
        "incidents",
        sa.column("id"),
        sa.column("impact"),
        sa.column("components", sa.JSON()),
        sa.column("started_at", INSTANT),
        sa.column("resolved_at", INSTANT),
        sa.column("changed_at", INSTANT),
        sa.column("reminders"),
    )
    effects = sa.table(
        "incident_effects",
        sa.column("incident_id"),
        sa.column("component"),
        sa.column("status"),
        sa.column("from_at", INSTANT),
        sa.column("until_at", INSTANT),
    )
    connection = op.get_bind()
    known = connection.execute(sa.select(incidents)).all()
    hit = [
        {
            "incident_id": one.id,
            "component": component,
            "status": STATUS_BY_IMPACT[one.impact],
            "from_at": one.started_at,
            "until_at": one.resolved_at,
        }
        for one in known
        for component in one.components
    ]
    if hit:
        connection.execute(effects.insert(), hit)
    ended = sa.func.coalesce(incidents.c.resolved_at, incidents.c.started_at)
    connection.execute(incidents.update().values(changed_at=ended, reminders=0))
