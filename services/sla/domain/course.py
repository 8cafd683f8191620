"""How a target is worked through: from a start, by a calendar, around the pauses."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from services.sla.domain.calendar import Calendar
from services.sla.domain.duties import Pause
from services.sla.domain.policy import Target


class _Run(NamedTuple):
    """The clock set out at `since`, when so much had been worked before."""

    since: datetime
    before: timedelta


class Course:
    """Of a pause only what lies in working time is left out. While one lasts, what would come after
    its begin is told as if the clock ran on at once; it is later, nobody knows how much."""

    def __init__(
        self, start: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause] = ()
    ) -> None:
        self._target = target.working
        self._start = start
        self._calendar = calendar
        self._pauses = pauses

    @property
    def due_at(self) -> datetime:
        return self.moment_of(1.0)

    def moment_of(self, share: float) -> datetime:
        """When that share of the working time has passed."""
        working = self._target * share
        run = self._runs[max(bisect_left(self._runs, working, key=attrgetter("before")) - 1, 0)]
        return self._calendar.add(run.since, working - run.before)

    def share_at(self, at: datetime) -> float:
        """Which share of the working time has passed by then; beyond 1 when it is late."""
        run = next((run for run in reversed(self._runs) if run.since <= at), self._runs[0])
        stands_from = next((p.since for p in self._pauses if p.since >= run.since), at)
        worked = self._calendar.between(run.since, min(at, stands_from))
        return (run.before + worked) / self._target

    @cached_property
    def _runs(self) -> list[_Run]:
        """All until the work is done or a pause lasts."""
        runs = [_Run(self._start, timedelta())]
        for pause in self._pauses:
            worked = runs[-1].before + self._calendar.between(runs[-1].since, pause.since)
            if pause.until is None or worked >= self._target:
                break
            runs.append(_Run(pause.until, worked))
        return runs
