"""The public status as this worker knows it: what was learned last, and how long ago.

Pure but for a lock: told the time, it never asks. It answers with everything else dead.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from contracts.incidents import IncidentView, StatusView
from contracts.vocabulary import IncidentStatus

STALE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Knowledge:
    """The facts, and when they were last known to be true. No facts: nothing was heard yet."""

    view: StatusView | None = None
    confirmed_at: datetime | None = None

    @property
    def version(self) -> int:
        return self.view.version if self.view else -1

    @property
    def open_incidents(self) -> list[IncidentView]:
        """Gravest first; none while nothing is known."""
        return self.view.incidents if self.view else []

    def age_at(self, now: datetime) -> timedelta | None:
        """How long ago it was confirmed; None while there is nothing to confirm."""
        if self.confirmed_at is None:
            return None
        return max(now - self.confirmed_at, timedelta(0))

    def is_stale_at(self, now: datetime) -> bool:
        """Too long unconfirmed to be relied on? So is knowing nothing, and what was confirmed at a
        time that is far from having come: the clock was set back, and nobody knows its age."""
        return self.confirmed_at is None or abs(now - self.confirmed_at) >= STALE_AFTER

    def status_of(self, incident_id: int) -> IncidentStatus:
        """How far an incident has come that was open once: one that is not open any more has
        ended. While nothing is known at all, it is as it began."""
        if self.view is None:
            return IncidentStatus.INVESTIGATING
        open_ones = {incident.id: incident.status for incident in self.open_incidents}
        return open_ones.get(incident_id, IncidentStatus.RESOLVED)

    @cached_property
    def digest(self) -> str:
        """The same wherever the same facts are known."""
        facts = self.view.model_dump_json() if self.view else ""
        return hashlib.sha256(facts.encode()).hexdigest()[:20]


class StatusBoard:
    """Keeps the newest of what it is told."""

    def __init__(self, known: Knowledge | None = None) -> None:
        self._known = known or Knowledge()
        self._learned_at: datetime | None = None
        self._turn = threading.Lock()

    @property
    def known(self) -> Knowledge:
        return self._known

    def hear(self, view: StatusView, now: datetime) -> None:
        """An event brought the facts. What is older than what is known is dropped."""
        with self._turn:
            if view.version >= self._known.version:
                self._learn(view, now)

    def confirm(self, view: StatusView, asked_at: datetime) -> None:
        """Incidents answered a question put at `asked_at`.

        An answer older than what was known before the question can only mean that incidents has
        begun anew (its database was restored), so it is believed. One that crossed with an event
        is not.
        """
        with self._turn:
            is_newer = view.version >= self._known.version
            if is_newer or self._learned_at is None or self._learned_at <= asked_at:
                self._learn(view, asked_at)

    def _learn(self, view: StatusView, at: datetime) -> None:
        confirmed_at = self._known.confirmed_at
        if view == self._known.view and confirmed_at is not None:
            # An event and an answer that crossed are seconds apart; a clock that was set back more.
            at = max(at, confirmed_at) if confirmed_at - at < STALE_AFTER else at
        elif view != self._known.view:
            self._learned_at = at
        self._known = Knowledge(view, at)
