"""Whoever has an incident's trouble too, without a ticket, is told while it may come back."""

from uuid import uuid4

import pytest

from chassis.events.consumer import handle_once
from contracts.incidents import (
    IncidentEvent,
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentView,
    IncidentWithdrawn,
    StatusView,
    UpdateView,
)
from contracts.vocabulary import IncidentImpact, IncidentStatus, OverallStatus
from services.bot import memory
from services.bot.subscriptions import SUBSCRIPTIONS
from services.bot.telling.hearing import handlers
from tests.support.bot_rows import IVAN, LANGUAGES, NOON, Rows


def follows(rows: Rows) -> None:
    """Ivan says that he has it too."""
    with rows.store.writing() as session:
        memory.subscribe(session, IVAN, 3, "ru")


def hears(rows: Rows, kind: type[IncidentEvent], version: int) -> int:
    """Hear of the incident, as the listener does; how much Ivan has been told by then."""
    is_over = kind is IncidentResolved
    status = IncidentStatus.RESOLVED if is_over else IncidentStatus.INVESTIGATING
    incident = IncidentView(
        id=3,
        title="Платежи",
        status=status,
        impact=IncidentImpact.MAJOR,
        started_at=NOON,
        updates=[UpdateView(status=status, message="Слово", created_at=NOON)],
    )
    public = StatusView(status=OverallStatus.OUTAGE, updated_at=NOON, version=version)
    event = kind(
        event_id=uuid4(), occurred_at=NOON, version=version, incident=incident, status=public
    )
    found = handlers(LANGUAGES, rows.clock)
    subscription = next(one for one in SUBSCRIPTIONS if one.event is kind)
    handle_once(rows.store, subscription, event, found[subscription])
    assert {row.chat_id for row in rows.all()} <= {IVAN}
    return len(rows.all())


def a_week_passes(rows: Rows) -> None:
    rows.clock.advance(days=7, seconds=1)
    with rows.store.writing() as session:
        memory.forget_old(session, rows.clock.now())


def test_they_are_told_of_the_return_and_of_the_end_after_it(rows: Rows) -> None:
    follows(rows)
    assert hears(rows, IncidentResolved, 2) == 1
    rows.clock.advance(days=6)

    assert hears(rows, IncidentReopened, 3) == 2

    assert "снова открыт" in rows.all()[-1].text
    assert hears(rows, IncidentResolved, 4) == 3


@pytest.mark.parametrize("kinds", [[], [IncidentResolved, IncidentReopened]], ids=["new", "back"])
def test_while_it_is_open_they_are_kept_for_as_long_as_it_takes(
    rows: Rows, kinds: list[type[IncidentEvent]]
) -> None:
    follows(rows)
    for version, kind in enumerate(kinds, 2):
        hears(rows, kind, version)
    before = len(rows.all())

    a_week_passes(rows)

    assert hears(rows, IncidentUpdated, 5) == before + 1


def test_a_week_after_the_end_they_are_forgotten(rows: Rows) -> None:
    follows(rows)
    hears(rows, IncidentResolved, 2)

    a_week_passes(rows)

    assert hears(rows, IncidentReopened, 3) == 1


def test_what_was_withdrawn_they_are_told_of_once_more(rows: Rows) -> None:
    follows(rows)

    assert hears(rows, IncidentWithdrawn, 2) == 1
    assert hears(rows, IncidentUpdated, 3) == 1
