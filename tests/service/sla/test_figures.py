"""How many promises were kept in a period: by priority, category, agent and week."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis.clock import SetClock
from contracts.sla import AgentCompliance, Compliance, GetSlaStats, SlaStats
from contracts.tickets import (
    AgentView,
    AnswerDelivered,
    TicketCategorised,
    TicketMerged,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketResolved,
    TicketTaken,
)
from contracts.vocabulary import Category, Priority, TicketStatus
from tests.support.sla_desk import ANNA, SlaDesk, fact, facts_of, named
from tests.support.sla_story import (
    Snapshot,
    answered,
    at,
    become,
    changed,
    opened,
    prioritised,
    reopened,
    resolved,
    taken,
)

BORIS = AgentView(id="tg:8", name="Boris", telegram_id=8)
OPENED = opened("10:00")
NONE = (0, 0, None)


def counts(figure: Compliance) -> tuple[int, int, float | None]:
    return figure.met, figure.breached, figure.compliance


def test_what_was_decided_in_the_period_is_counted(desk: SlaDesk, clock: SetClock) -> None:
    for ticket_id in range(1, 6):
        desk.hears(TicketOpened, named(OPENED, ticket_id))
    desk.hears(AnswerDelivered, named(answered(OPENED, "10:30"), 1))
    clock.instant = at("12:30")
    desk.scans()
    desk.hears(AnswerDelivered, named(answered(OPENED, "12:20"), 2))
    desk.hears(AnswerDelivered, named(answered(OPENED, "11:59"), 3))
    desk.hears(TicketResolved, named(resolved(OPENED, "12:10"), 4))

    assert counts(desk.stats("10:00", "13:00")) == (2, 2, 0.5)
    assert counts(desk.stats("10:30", "12:00")) == (2, 0, 1.0)
    assert counts(desk.stats("12:00", "12:01")) == (0, 2, 0.0)
    assert counts(desk.stats("09:00", "10:00")) == NONE


def test_each_priority_has_figures_of_its_own(desk: SlaDesk, clock: SetClock) -> None:
    answers_after_an_hour(desk, clock, opened("10:00", Priority.P0), 1)
    answers_after_an_hour(desk, clock, opened("10:00", Priority.P1), 2)

    by_priority = desk.stats("10:00", "12:00").by_priority

    assert {one: counts(figure) for one, figure in by_priority.items()} == {
        Priority.P0: (0, 1, 0.0),
        Priority.P1: (1, 0, 1.0),
        Priority.P2: NONE,
        Priority.P3: NONE,
    }


def test_a_ticket_counts_in_the_category_it_has_now(desk: SlaDesk, clock: SetClock) -> None:
    answers_after_an_hour(desk, clock, OPENED, 42)
    moved = replace(answered(OPENED, "11:00"), version=3)

    desk.hears(TicketCategorised, moved, category=Category.PAYMENT)

    by_category = desk.stats("10:00", "12:00").by_category
    assert [one for one in Category if by_category[one].met] == [Category.PAYMENT]


def test_the_agent_who_had_the_ticket_at_the_deadline_has_the_breach(
    desk: SlaDesk, clock: SetClock
) -> None:
    """Whoever takes it over afterwards and answers does not get it."""
    anna = taken(OPENED, "10:05", ANNA)
    desk.hears(TicketTaken, anna)
    clock.instant = at("12:30")
    boris = taken(anna, "12:30", BORIS)
    desk.hears(TicketTaken, boris)
    desk.hears(AnswerDelivered, answered(boris, "12:40"))

    assert desk.stats("10:00", "13:00").by_agent == [
        AgentCompliance.of(0, 1, agent="Anna", agent_id="tg:7")
    ]


def test_two_agents_of_one_name_have_figures_of_their_own(desk: SlaDesk) -> None:
    namesake = AgentView(id="tg:9", name="Boris", telegram_id=9)
    work = ((BORIS, "10:30"), (BORIS, "10:40"), (namesake, "12:30"))
    for ticket_id, (agent, clock) in enumerate(work, start=1):
        answer = replace(answered(OPENED, clock), assignee=agent, taken_at=at("10:05"))
        desk.hears(AnswerDelivered, named(answer, ticket_id))

    assert desk.stats("10:00", "13:00").by_agent == [
        AgentCompliance.of(2, 0, agent="Boris", agent_id="tg:8"),
        AgentCompliance.of(0, 1, agent="Boris", agent_id="tg:9"),
    ]


def test_the_agent_who_answers_what_nobody_had_has_kept_the_promise(desk: SlaDesk) -> None:
    answer = replace(answered(OPENED, "10:30"), assignee=BORIS, taken_at=at("10:30"))

    desk.hears(AnswerDelivered, answer)

    assert desk.stats("10:00", "13:00").by_agent == [
        AgentCompliance.of(1, 0, agent="Boris", agent_id="tg:8")
    ]


def test_what_nobody_had_is_nobodys(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:00")
    desk.scans()

    stats = desk.stats("10:00", "13:00")

    assert (counts(stats), stats.by_agent) == ((0, 1, 0.0), [])


def test_a_breach_made_by_a_raised_priority_is_counted_apart(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("11:00")
    desk.hears(TicketPrioritised, prioritised(OPENED, "11:00", Priority.P0))

    stats = desk.stats("10:00", "13:00")

    assert (counts(stats), stats.reprioritised) == (NONE, 1)


def test_a_breach_closed_without_an_answer_is_counted_apart_and_stays_so(
    desk: SlaDesk, clock: SetClock
) -> None:
    """Nobody gets better figures by closing what is late."""
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:30")
    desk.scans()
    before = desk.stats("10:00", "13:00")

    closed = resolved(OPENED, "12:30")
    desk.hears(TicketResolved, closed, times=2)
    after = desk.stats("10:00", "13:00")
    desk.hears(TicketReopened, answered(reopened(closed, "12:40"), "12:50"))
    again = desk.stats("10:00", "13:00")

    assert (counts(before), before.closed_unanswered) == ((0, 1, 0.0), 0)
    assert (counts(after), after.closed_unanswered) == (NONE, 1)
    assert (counts(again), again.closed_unanswered) == ((1, 0, 1.0), 1)
    assert desk.stats("12:01", "13:00").closed_unanswered == 0


def test_what_was_closed_in_time_was_no_breach(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:30")
    desk.scans()

    desk.hears(TicketResolved, resolved(OPENED, "11:59"))

    assert desk.stats("10:00", "13:00").closed_unanswered == 0


def test_a_breach_that_goes_on_where_its_ticket_was_merged_is_counted_there(
    desk: SlaDesk, clock: SetClock
) -> None:
    """Be it the source's, or the survivor's own when the source has waited longer."""
    survivor, source = named(opened("10:10"), 1), named(OPENED, 2)
    desk.hears(TicketOpened, survivor)
    desk.hears(TicketOpened, source)
    clock.instant = at("12:30")
    desk.scans()

    inherited = changed(
        survivor,
        "12:30",
        merged_at=at("12:30"),
        inherited_since=at("10:00"),
        unanswered_since=at("10:00"),
    )
    event = fact(TicketMerged, inherited)
    gone = become(source, "12:30", TicketStatus.CLOSED, unanswered_since=None)
    merged = facts_of(gone).model_copy(update={"merged_into": 1})
    desk.service.hear_merged(event.model_copy(update={"source": merged}))

    stats = desk.stats("10:00", "13:00")
    assert (counts(stats), stats.closed_unanswered) == ((0, 1, 0.0), 0)


def test_a_response_by_the_notice_of_an_incident_is_counted_apart(desk: SlaDesk) -> None:
    desk.hears(TicketOpened, OPENED)
    noticed = changed(OPENED, "10:30", noticed_at=at("10:30"), unanswered_since=None)

    desk.hears(TicketCategorised, noticed)

    stats = desk.stats("10:00", "13:00")
    assert (counts(stats), stats.by_incident) == (NONE, 1)


@pytest.mark.parametrize(
    ("asked", "answer", "week"),
    [
        ("29 23:00", "29 23:59", "2026-W48"),
        ("29 23:00", "30 00:00", "2026-W49"),
        ("22 23:00", "23 00:00", None),
    ],
)
def test_a_week_is_that_of_the_decision(
    desk: SlaDesk, asked: str, answer: str, week: str | None
) -> None:
    ticket = opened(asked)
    desk.hears(TicketOpened, ticket)

    desk.hears(AnswerDelivered, answered(ticket, answer))

    weeks = desk.stats("23 00:01", "30 12:00").by_week
    assert [one.week for one in weeks] == ([week] if week else [])


def test_weeks_go_from_the_first_decision_to_this_one_the_empty_ones_included(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(AnswerDelivered, answered(opened("03 10:00"), "03 11:00"))
    clock.instant = at("24 10:00")

    for to in (at("25 00:00"), datetime(2999, 1, 1, tzinfo=UTC)):
        query = GetSlaStats(from_at=datetime(2000, 1, 1, tzinfo=UTC), to_at=to)
        weeks = desk.service.get_sla_stats(query).by_week
        assert [(one.starts_on.day, one.met) for one in weeks] == [(2, 1), (9, 0), (16, 0), (23, 0)]


def test_a_week_begins_at_the_desk_s_own_midnight(desk: SlaDesk) -> None:
    kamchatka = desk.service.settings.file.model_copy(update={"timezone": "Asia/Kamchatka"})
    desk.service.settings = desk.service.settings.model_copy(update={"file": kamchatka})
    ticket = opened("29 11:00")

    desk.hears(AnswerDelivered, answered(ticket, "29 12:00"))

    weeks = desk.stats("28 00:00", "30 00:00").by_week
    assert [(one.week, one.met) for one in weeks] == [("2026-W49", 1)]


def test_a_period_without_decisions_is_all_zeros(desk: SlaDesk) -> None:
    stats = desk.stats("24 00:00", "24 01:00")

    assert stats == SlaStats.of(
        0,
        0,
        by_priority=dict.fromkeys(Priority, Compliance.of(0, 0)),
        by_category=dict.fromkeys(Category, Compliance.of(0, 0)),
        by_week=[],
    )


def answers_after_an_hour(desk: SlaDesk, clock: SetClock, ticket: Snapshot, ticket_id: int) -> None:
    clock.instant = at("10:00")
    desk.hears(TicketOpened, named(ticket, ticket_id))
    clock.instant = at("11:00")
    desk.hears(AnswerDelivered, named(answered(ticket, "11:00"), ticket_id))
