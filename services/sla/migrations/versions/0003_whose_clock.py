"""What a cycle is counted by in reports: the ticket's category, and the agent whose clock it was.

Of the clocks that are there the agent is whoever has the ticket as last heard.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

cycles = sa.table("cycles", *map(sa.column, ("ticket_id", "category", "agent_id", "agent_name")))
clocks = sa.table("clocks", sa.column("ticket_id"), sa.column("ticket", sa.JSON()))


def upgrade() -> None:
    for name, kind in (("category", 20), ("agent_id", 255), ("agent_name", 255)):
        op.add_column("cycles", sa.Column(name, sa.String(kind)))
    connection = op.get_bind()
    for ticket_id, ticket in connection.execute(sa.select(clocks)).all():
        agent = ticket["assignee"] or {"id": None, "name": None}
        connection.execute(
            sa.update(cycles)
            .where(cycles.c.ticket_id == ticket_id)
            .values(category=ticket["category"], agent_id=agent["id"], agent_name=agent["name"])
        )
    with op.batch_alter_table("cycles") as table:
        table.alter_column("category", nullable=False)
