"""When the public is promised the next word, and whom its absence is told to.

SLA.md: the first public update within 15 minutes of the declaration, then no silence longer than
the update interval of the impact.
"""

from datetime import datetime, timedelta

from contracts.desk import IncidentRules
from contracts.vocabulary import IncidentImpact

REMINDERS_THAT_CLIMB = 2
"""The first for the declarer, the second for all agents; those after it come once an interval."""


def interval(impact: IncidentImpact, rules: IncidentRules) -> timedelta:
    """How long the public may wait for the next word."""
    minutes: int = getattr(rules.update_minutes, impact.value)
    return timedelta(minutes=minutes)


def next_word_by(
    declared_at: datetime,
    last_word_at: datetime | None,
    impact: IncidentImpact,
    rules: IncidentRules,
) -> datetime:
    """When the next word is due; `last_word_at` is of the last after the declaration itself."""
    if last_word_at is None:
        return declared_at + timedelta(minutes=rules.first_update_minutes)
    return last_word_at + interval(impact, rules)


def next_reminder_at(
    reminders: int, now: datetime, impact: IncidentImpact, rules: IncidentRules
) -> datetime:
    """When to remind again after so many reminders, the last of them at `now`."""
    if reminders < REMINDERS_THAT_CLIMB:
        return now + timedelta(minutes=rules.reminder_minutes)
    return now + interval(impact, rules)
