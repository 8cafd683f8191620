"""An incident as tickets hears of it: linked, told on, over, and back."""

from typing import Any

from contracts.incidents import (
    IncidentEvent,
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentView,
    UpdateView,
)
from contracts.vocabulary import IncidentImpact, IncidentStatus
from tests.support.tickets_desk import TicketsDesk

INVESTIGATING, MONITORING, RESOLVED = (
    IncidentStatus.INVESTIGATING,
    IncidentStatus.MONITORING,
    IncidentStatus.RESOLVED,
)


class Outage:
    """An incident as it goes on; each word comes a minute after what was before."""

    def __init__(self, desk: TicketsDesk, number: int = 3) -> None:
        self._desk = desk
        self._number = number
        self._words: list[UpdateView] = []
        self._word("Не работает", INVESTIGATING)

    def has(self, ticket_id: int) -> None:
        self._desk.hears_link(ticket_id, self.view())

    def is_watched(self) -> None:
        self._word("Проверяем", MONITORING)
        self.is_told(IncidentUpdated)

    def was_over_for_a_minute(self) -> None:
        """Somebody tells of the minute after the end, looking back."""
        ended_at = next(one.created_at for one in self._words if one.status == RESOLVED)
        self._word("Минуту работало", RESOLVED, display_at=ended_at)

    def returns_and_is_watched_which_is_heard_first(self) -> None:
        self._word("Вернулось", INVESTIGATING)
        returned, version = self.view(), len(self._words)
        self.is_watched()
        self._desk.hears_news(returned, version, IncidentReopened)
        self._desk.tells_news()

    def ends(self) -> None:
        self.ends_with_nobody_told()
        self._desk.tells_news()

    def ends_with_nobody_told(self) -> None:
        """Tickets knows it, and has not come to any of its tickets yet."""
        self._word("Починили", RESOLVED)
        self._is_heard(IncidentResolved)

    def returns(self) -> None:
        self._word("Вернулось", INVESTIGATING)
        self.is_told(IncidentReopened)

    def is_told(self, kind: type[IncidentEvent]) -> None:
        """The last word, perhaps once more."""
        self._is_heard(kind)
        self._desk.tells_news()

    def _is_heard(self, kind: type[IncidentEvent]) -> None:
        self._desk.told()
        self._desk.hears_news(self.view(), len(self._words), kind)

    def _word(self, said: str, status: IncidentStatus, **parts: Any) -> None:
        self._desk.clock.advance(minutes=1)
        number, at = len(self._words) + 1, self._desk.now
        word = UpdateView(id=number, status=status, message=said, created_at=at, **parts)
        self._words.append(word)

    def view(self) -> IncidentView:
        return IncidentView(
            id=self._number,
            title="Не проходят платежи",
            status=self._words[-1].status,
            impact=IncidentImpact.CRITICAL,
            started_at=self._desk.now,
            updates=list(self._words),
        )
