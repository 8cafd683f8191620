"""When the public is promised the next word, and when its absence is told again."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.desk import IncidentRules, UpdateMinutes
from contracts.vocabulary import IncidentImpact
from services.incidents.domain.silence import next_reminder_at, next_word_by

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINOR, MAJOR, CRITICAL = IncidentImpact
RULES = IncidentRules(
    first_update_minutes=15,
    update_minutes=UpdateMinutes(critical=30, major=60, minor=240),
    reminder_minutes=5,
)


@pytest.mark.parametrize("impact", list(IncidentImpact))
def test_the_first_word_is_due_a_quarter_of_an_hour_after_the_declaration(
    impact: IncidentImpact,
) -> None:
    assert next_word_by(NOON, None, impact, RULES) == NOON + timedelta(minutes=15)


@pytest.mark.parametrize(("impact", "minutes"), [(CRITICAL, 30), (MAJOR, 60), (MINOR, 240)])
def test_later_ones_are_due_by_the_impact(impact: IncidentImpact, minutes: int) -> None:
    said_at = NOON + timedelta(minutes=7)

    assert next_word_by(NOON, said_at, impact, RULES) == said_at + timedelta(minutes=minutes)


@pytest.mark.parametrize(("reminders", "minutes"), [(1, 5), (2, 30), (3, 30)])
def test_after_the_declarer_all_are_reminded_soon_and_then_once_an_interval(
    reminders: int, minutes: int
) -> None:
    again = next_reminder_at(reminders, NOON, CRITICAL, RULES)

    assert again == NOON + timedelta(minutes=minutes)
