"""News of clocks: to whom it goes, what it says of its cause, and that it comes late."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from contracts.event import Event
from contracts.incidents import MaintenanceStarted
from contracts.sla import SlaBreached, SlaBreachWithdrawn, SlaWarned, SlaWarningClimbed
from contracts.tickets import TicketAnswered, TicketResolved
from contracts.vocabulary import (
    Escalation,
    Metric,
)
from services.bot.hours import QuietHours
from services.bot.sending.outbox import DROPPED, SENT, WAITING
from services.bot.telling import agent_hours
from tests.support.bot_events import (
    EVENTS,
    cycle,
    hear,
)
from tests.support.bot_rows import ANNA, BORIS, NOON, FewWords, Rows, ticket


def test_a_breach_heard_after_its_withdrawal_is_not_told(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, EVENTS[SlaBreachWithdrawn])

    hear(rows, EVENTS[SlaBreached])
    hear(rows, EVENTS[SlaWarned])

    (row,) = rows.all()
    assert "не было" in row.text


@pytest.mark.parametrize(
    ("achieved_at", "why"),
    [(NOON, "ответ дан вовремя"), (None, "этот срок больше не действует")],
)
def test_a_withdrawal_says_why(rows: Rows, achieved_at: datetime | None, why: str) -> None:
    rows.knows_agents(ANNA)

    hear(rows, cycle(SlaBreachWithdrawn, 4, achieved_at=achieved_at))

    (row,) = rows.all()
    assert f"Нарушения SLA не было: {why} (первый ответ, " in row.text


def test_a_warning_that_still_waits_is_dropped_when_the_deadline_passes(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)
    hear(rows, cycle(SlaWarned, 2, threshold=0.8, assignee=ANNA))
    hear(rows, cycle(SlaWarningClimbed, 3, level=Escalation.AGENTS))
    others = [{"cycle": 2}, {"metric": Metric.RESOLUTION}, {"ticket_id": 420}]
    for other in others:
        hear(rows, cycle(SlaWarned, 2, threshold=0.8, assignee=ANNA).model_copy(update=other))

    hear(rows, cycle(SlaBreached, 4))

    told = [(row.state, row.settled_at) for row in rows.all()]
    assert told == [(DROPPED, NOON)] * 3 + [(WAITING, None)] * (len(others) + 2)
    telegram = FewWords()
    rows.sends(telegram, rows.all_settled)
    assert [row.state for row in rows.all()].count(DROPPED) == 3
    assert len(telegram.sent) == len(others) + 2


@pytest.mark.parametrize(
    ("event", "dropped"),
    [
        (TicketAnswered, {Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE}),
        (TicketResolved, set(Metric)),
    ],
)
def test_a_warning_that_still_waits_is_dropped_when_what_it_warns_of_is_done(
    rows: Rows, event: type[Event], dropped: set[Metric]
) -> None:
    rows.knows_agents(ANNA)
    for metric in Metric:
        hear(rows, cycle(SlaWarned, 2, threshold=0.8).model_copy(update={"metric": metric}))

    hear(rows, EVENTS[event].model_copy(update={"occurred_at": NOON}))
    states = {row.text: row.state for row in rows.all() if "Скоро срок" in row.text}
    assert set(states.values()) == {WAITING}, "it happened before the warnings, and is heard late"

    happened = {"occurred_at": NOON + timedelta(seconds=1), "event_id": uuid4()}
    hear(rows, EVENTS[event].model_copy(update=happened))

    warnings = [row for row in rows.all() if row.key.startswith("warned:")]
    left = {row.key.split(":")[2] for row in warnings if row.state == WAITING}
    assert left == {metric.value for metric in set(Metric) - dropped}


def test_a_warning_that_was_sent_stays_sent_and_a_stale_breach_drops_none(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, cycle(SlaWarned, 2, threshold=0.8))
    rows.sends(FewWords(), rows.all_settled)
    hear(rows, cycle(SlaWarningClimbed, 4, level=Escalation.AGENTS))

    hear(rows, cycle(SlaBreached, 3))
    assert [row.state for row in rows.all()] == [SENT, WAITING]
    hear(rows, cycle(SlaBreached, 5))

    assert [row.state for row in rows.all()] == [SENT, DROPPED, WAITING]


@pytest.mark.parametrize(
    ("level", "lead_ids", "told"),
    [
        (Escalation.AGENTS, (BORIS,), [ANNA, BORIS]),
        (Escalation.LEAD, (BORIS,), [BORIS]),
        (Escalation.LEAD, (), [ANNA, BORIS]),
        (Escalation.LEAD, (599,), [ANNA, BORIS]),
    ],
)
def test_a_warning_that_led_to_nothing_goes_to_all_and_then_to_their_lead(
    rows: Rows, level: Escalation, lead_ids: tuple[int, ...], told: list[int]
) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, cycle(SlaWarningClimbed, 3, level=level, assignee=ANNA), lead_ids)

    assert [row.chat_id for row in rows.all()] == told


def test_news_of_a_clock_that_comes_late_says_when_it_was_decided(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    rows.clock.instant = NOON + timedelta(seconds=61)
    hear(rows, EVENTS[SlaBreached])
    rows.clock.instant = NOON + timedelta(seconds=60)
    hear(rows, cycle(SlaBreachWithdrawn, 4, achieved_at=NOON))

    late, in_time = rows.all()
    assert "Сообщение задержалось: так решено ещё в 12:00" in late.text
    assert "задержалось" not in in_time.text


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (EVENTS[SlaWarned], "первый ответ до 02.03 12:12\n"),
        (
            cycle(SlaBreached, 3, cause="recounted"),
            "срок был 02.03 12:12\nПочему: сроки пересчитали по новым правилам (02.03 в 12:00)",
        ),
        (cycle(SlaBreachWithdrawn, 4, achieved_at=NOON), "(первый ответ, срок 02.03 12:12)"),
        (EVENTS[MaintenanceStarted], "02.03 12:00 – 12:00"),
    ],
)
def test_what_is_held_until_the_morning_is_true_in_the_morning(
    rows: Rows, event: Event, words: str
) -> None:
    rows.knows_agents(ANNA, BORIS)
    with rows.store.writing() as session:
        agent_hours.set_quiet(session, ANNA, QuietHours(time(12), time(8)))

    hear(rows, event)

    held, at_once = rows.all()
    assert (held.not_before is not None, at_once.not_before) == (True, None)
    assert words in held.text
    assert "02.03" not in at_once.text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SlaWarned, "⏳ скоро срок (первый ответ): P2 /view_42"),
        (SlaWarningClimbed, "⏳ скоро срок (первый ответ): P2 /view_42"),
        (SlaBreached, "🔥 просрочено (первый ответ): P2 /view_42"),
        (SlaBreachWithdrawn, "↩️ нарушения не было (первый ответ): P2 /view_42"),
    ],
)
def test_a_line_of_a_digest_names_the_duty_and_says_that_it_comes_late(
    rows: Rows, kind: type[Event], words: str
) -> None:
    rows.knows_agents(ANNA)
    event = EVENTS[kind]
    hear(rows, event.model_copy(update={"event_id": uuid4(), "version": 1}))
    rows.clock.instant = NOON + timedelta(seconds=61)
    hear(rows, event.model_copy(update={"version": 5}))

    in_time, late = (row.summary or "" for row in rows.all())
    assert in_time.startswith(words)
    assert late == f"{in_time} 🐢 задержалось с 12:00"


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("reprioritised", "Почему: приоритет повысили до P2 (в 11:50), и по нему срок уже прошёл"),
        ("recounted", "Почему: сроки пересчитали по новым правилам (в 12:00)"),
    ],
)
def test_a_breach_that_time_alone_did_not_make_says_why(rows: Rows, cause: str, words: str) -> None:
    rows.knows_agents(ANNA)
    event = cycle(SlaBreached, 3, cause=cause)
    raised = ticket().model_copy(update={"prioritised_at": NOON - timedelta(minutes=10)})

    hear(rows, event.model_copy(update={"ticket": raised}))

    assert words in rows.all()[0].text


@pytest.mark.parametrize("cause", ["late", "of a later version"])
def test_a_breach_that_needs_no_cause_or_has_an_unknown_one_names_none(
    rows: Rows, cause: str
) -> None:
    rows.knows_agents(ANNA)

    hear(rows, cycle(SlaBreached, 3, cause=cause))

    assert "SLA нарушен" in rows.all()[0].text
    assert "Почему" not in rows.all()[0].text
