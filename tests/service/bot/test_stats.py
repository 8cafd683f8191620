"""/stats and /sla as the bot answers them, with neighbours whose figures are known."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from contracts.errors import Unavailable
from contracts.incidents import GetIncidentStats, IncidentStats
from contracts.sla import (
    AgentCompliance,
    Compliance,
    GetSlaStats,
    SlaStats,
    UrgentCycle,
    UrgentCycles,
    WeekCompliance,
)
from contracts.tickets import AgentStats, FirstResponseStats, GetStats, TicketStats
from contracts.vocabulary import CycleState, Metric, Priority
from services.bot.commands import overview
from services.bot.letters import Letter
from tests.support.bot_asks import Handler, answered
from tests.support.bot_rows import NOON, FewWords, Rows

NOTHING = SlaStats.of(0, 0)
FIGURES = SlaStats.of(
    9,
    1,
    by_priority={Priority.P1: Compliance.of(9, 1)},
    by_agent=[AgentCompliance.of(9, 1, agent="Анна")],
    by_week=[WeekCompliance.of(9, 1, week="2026-W10", starts_on=date(2026, 3, 2))],
)


class Neighbours:
    """tickets, sla and incidents, each with one answer; sla may be silent."""

    def __init__(self, sla: SlaStats | None) -> None:
        self._sla = sla

    def get_stats(self, _query: GetStats) -> TicketStats:
        return TicketStats(
            open=1,
            open_by_priority={Priority.P1: 1},
            by_status={},
            by_category={},
            opened=10,
            resolved=9,
            first_response=FirstResponseStats(
                average_seconds=90, median_seconds=60, p90_seconds=120
            ),
            by_agent=[AgentStats(agent="Анна", answers=9, resolved=9)],
        )

    def get_sla_stats(self, _query: GetSlaStats) -> SlaStats:
        if self._sla is None:
            raise Unavailable("silent")
        return self._sla

    def get_incident_stats(self, _query: GetIncidentStats) -> IncidentStats:
        return IncidentStats(declared=0, resolved=0, average_seconds_to_resolve=None)


def answer(sla: SlaStats | None) -> Letter:
    """What the bot answers an agent's /stats."""
    return said(overview.stats, Neighbours(sla))


class Deadlines:
    """sla, with these deadlines."""

    def __init__(self, *cycles: UrgentCycle, in_all: int | None = None) -> None:
        self._cycles = list(cycles)
        self._in_all = len(cycles) if in_all is None else in_all

    def list_urgent(self, _limit: int) -> UrgentCycles:
        return UrgentCycles(cycles=self._cycles, late=self._in_all, soon=0)


def said(command: Handler, office: Neighbours | Deadlines) -> Letter:
    """What the bot answers an agent's command."""
    (letter,) = answered(command, office).posts
    assert isinstance(letter, Letter)
    return letter


def test_the_figures_come_under_a_chart_that_telegram_gets_as_one_message(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(answer(FIGURES))

    rows.sends(telegram, rows.all_settled)

    (sent,) = telegram.sent
    assert "Поддержка за 30 дней" in sent.text
    assert "вовремя 90\u00a0%" in sent.text
    assert sent.photo is not None
    with Image.open(BytesIO(sent.photo)) as image:
        assert (image.format, image.width) == ("PNG", 1000)


@pytest.mark.parametrize(
    ("sla", "told"),
    [
        (None, "служба сейчас не отвечает"),
        (NOTHING, "судить пока не о чем"),
        (SlaStats.of(9, 1), "90\u00a0% вовремя"),
    ],
    ids=["silent", "no decisions", "an older sla"],
)
def test_without_anything_to_draw_the_text_comes_alone(sla: SlaStats | None, told: str) -> None:
    letter = answer(sla)

    assert letter.photo is None
    assert told in letter.text


def test_a_chart_that_cannot_be_drawn_costs_no_figures() -> None:
    letter = answer(FIGURES.model_copy(update={"by_week": ["no week"]}))

    assert letter.photo is None
    assert "Поддержка за 30 дней" in letter.text


def late() -> UrgentCycle:
    return UrgentCycle(
        ticket_id=42,
        subject="Не проходит оплата",
        priority=Priority.P1,
        metric=Metric.FIRST_RESPONSE,
        state=CycleState.BREACHING,
        due_at=NOON - timedelta(minutes=5),
    )


def test_what_is_late_comes_under_a_time_line() -> None:
    letter = said(overview.sla, Deadlines(late()))

    assert "просрочен на 5 мин" in letter.text
    assert letter.photo is not None
    with Image.open(BytesIO(letter.photo)) as image:
        assert (image.format, image.width) == ("PNG", 1000)


def test_with_nothing_due_the_text_comes_alone() -> None:
    letter = said(overview.sla, Deadlines())

    assert letter.photo is None
    assert "Просроченных тикетов нет" in letter.text


def test_of_more_than_are_shown_the_text_says_how_many() -> None:
    letter = said(overview.sla, Deadlines(late(), in_all=25))

    assert "Показаны 1 самых срочных. Всего просрочено: 25 · скоро срок: 0" in letter.text
