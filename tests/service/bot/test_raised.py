"""Agents are told when whoever asked says that they cannot go on at all."""

import pytest

from contracts.tickets import AgentView
from contracts.vocabulary import Priority
from tests.support.bot_events import AGENT, hear, raised
from tests.support.bot_rows import ANNA, BORIS, Rows


def chats(rows: Rows) -> list[int]:
    return [row.chat_id for row in rows.all()]


def test_all_are_told_of_what_nobody_has(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, raised())

    assert chats(rows) == [ANNA, BORIS]
    told = rows.all()[0]
    assert "не может пользоваться сервисом" in told.text
    assert "приоритет теперь P1" in told.text
    assert "P1 /view_42" in str(told.summary)


def test_whoever_has_the_ticket_is_told_alone(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, raised(assignee=BORIS))

    assert chats(rows) == [BORIS]


@pytest.mark.parametrize(
    ("priority", "agent", "former"),
    [
        (Priority.P2, None, Priority.P3),
        (Priority.P1, AGENT, Priority.P3),
        (Priority.P1, None, None),
    ],
    ids=["lesser", "by an agent", "told by a version before"],
)
def test_nothing_else_about_a_priority_is_told(
    rows: Rows, priority: Priority, agent: AgentView | None, former: Priority | None
) -> None:
    rows.knows_agents(ANNA)

    hear(rows, raised(priority=priority, agent=agent, former=former))

    assert rows.all() == []


def test_who_changes_their_mind_to_and_fro_is_told_of_once_a_minute(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    for version in range(2, 6):
        hear(rows, raised(version, Priority.P1 if version % 2 == 0 else Priority.P3))
    assert len(rows.all()) == 1

    rows.clock.advance(seconds=61)
    hear(rows, raised(6))

    assert len(rows.all()) == 2


def test_a_rise_heard_of_after_the_fall_tells_nothing(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, raised(3, Priority.P3, former=Priority.P1))

    hear(rows, raised(2))

    assert rows.all() == []
