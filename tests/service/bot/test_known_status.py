"""Which incidents the bot knows to be open, without asking when somebody waits."""

from typing import Any, cast

import pytest

from contracts.errors import Unavailable
from contracts.event import Event
from contracts.incidents import (
    IncidentAssessed,
    IncidentDeclared,
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentWithdrawn,
    StatusView,
)
from services.bot.known_status import StatusWatch, open_incidents
from tests.support.bot_events import INCIDENT, STATUS, hear, made
from tests.support.bot_rows import Rows


def status(version: int, *titles: str) -> StatusView:
    """A status with these incidents open."""
    open_ones = [INCIDENT.model_copy(update={"title": title}) for title in titles]
    return STATUS.model_copy(update={"version": version, "incidents": open_ones})


def event(kind: type[Event], told: StatusView) -> Event:
    return made(kind, told.version, incident=INCIDENT, status=told)


def known(rows: Rows) -> list[str]:
    return [one.title for one in rows.store.ask(open_incidents)]


class Incidents:
    """Answers with the status it was given, after something else has happened."""

    def __init__(self, answer: StatusView, rows: Rows, meanwhile: Event | None = None) -> None:
        self._answer = answer
        self._rows = rows
        self._meanwhile = meanwhile

    def get_status(self) -> StatusView:
        if self._meanwhile is not None:
            hear(self._rows, self._meanwhile)
        return self._answer


class Silent:
    def get_status(self) -> StatusView:
        raise Unavailable("silent")


def asks(rows: Rows, incidents: object) -> None:
    StatusWatch(rows.store, cast(Any, incidents)).ask()


@pytest.mark.parametrize(
    "kind",
    [
        IncidentDeclared,
        IncidentAssessed,
        IncidentUpdated,
        IncidentResolved,
        IncidentReopened,
        IncidentWithdrawn,
    ],
)
def test_whatever_happens_to_an_incident_is_known(rows: Rows, kind: type[Event]) -> None:
    assert known(rows) == []

    hear(rows, event(kind, status(1, "Платежи")))
    assert known(rows) == ["Платежи"]

    hear(rows, event(kind, status(2)))
    assert known(rows) == []


def test_what_comes_late_changes_nothing(rows: Rows) -> None:
    hear(rows, event(IncidentResolved, status(5)))
    hear(rows, event(IncidentDeclared, status(4, "Платежи")))

    assert known(rows) == []


def test_what_was_open_before_the_bot_heard_anything_is_asked_for(rows: Rows) -> None:
    asks(rows, Incidents(status(7, "Платежи"), rows))

    assert known(rows) == ["Платежи"]


def test_silence_leaves_what_is_known(rows: Rows) -> None:
    hear(rows, event(IncidentDeclared, status(3, "Платежи")))

    with pytest.raises(Unavailable):
        asks(rows, Silent())

    assert known(rows) == ["Платежи"]


def test_an_answer_that_crossed_with_an_event_is_not_believed(rows: Rows) -> None:
    over = event(IncidentResolved, status(4))

    asks(rows, Incidents(status(3, "Платежи"), rows, meanwhile=over))

    assert known(rows) == []


def test_after_a_backup_was_brought_back_what_incidents_says_now_is_believed(rows: Rows) -> None:
    hear(rows, event(IncidentDeclared, status(9, "Платежи")))

    asks(rows, Incidents(status(2), rows))

    assert known(rows) == []
