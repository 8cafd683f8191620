"""What tickets hears of an incident comes three times and in any order: whoever asked is told no
word twice, none before one that it follows, and the last one for certain."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from contracts.incidents import (
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentView,
    UpdateView,
)
from contracts.tickets import TicketView
from contracts.vocabulary import IncidentImpact, IncidentNotice, IncidentStatus, TicketStatus
from tests.support.tickets_desk import TicketsDesk

SHUFFLES, TIMES = 40, 3
LIFE = (
    (IncidentStatus.IDENTIFIED, "Нашли причину", IncidentUpdated),
    (IncidentStatus.RESOLVED, "Починили", IncidentResolved),
    (IncidentStatus.INVESTIGATING, "Вернулось", IncidentReopened),
    (IncidentStatus.MONITORING, "Проверяем", IncidentUpdated),
    (IncidentStatus.RESOLVED, "Теперь точно", IncidentResolved),
)
WORDS = [message for _, message, _ in LIFE]

Hearing = Callable[[], None]


def hearings(desk: TicketsDesk, ticket: TicketView, number: int) -> list[Hearing]:
    """Of the life of an incident that began with the ticket, which was linked at once."""
    began = ticket.created_at
    updates = [
        UpdateView(
            id=1, status=IncidentStatus.INVESTIGATING, message="Не работает", created_at=began
        )
    ]

    def told() -> IncidentView:
        return IncidentView(
            id=number,
            title="Не проходят платежи",
            status=updates[-1].status,
            impact=IncidentImpact.CRITICAL,
            started_at=began,
            updates=list(updates),
        )

    found: list[Hearing] = [partial(desk.hears_link, ticket.id, told())]
    for version, (status, message, kind) in enumerate(LIFE, start=2):
        at = began + timedelta(minutes=version)
        updates.append(UpdateView(id=version, status=status, message=message, created_at=at))
        found.append(partial(desk.hears_news, told(), version, kind))
    return found


def test_an_incident_ends_the_same_for_its_ticket(desk: TicketsDesk) -> None:
    desk.lets_in()
    for seed in range(SHUFFLES):
        order = random.Random(seed)
        opened = desk.opens()
        desk.clock.advance(minutes=10)
        coming = hearings(desk, opened, number=seed + 1) * TIMES
        order.shuffle(coming)

        for hear in coming:
            hear()
            if order.random() < 0.5:
                desk.tells_next_news(25)
        desk.tells_news()

        ticket = desk.shows(opened.id)
        news = (IncidentNotice.NEWS, IncidentNotice.RETURNED)
        told = [one.body for one in ticket.messages if one.notice in news]
        assert told == [word for word in WORDS if word in told], seed
        assert told[-1] == WORDS[-1], seed
        assert ticket.status == TicketStatus.RESOLVED, seed
        assert ticket.incident is not None, seed
        assert ticket.incident.id == seed + 1
