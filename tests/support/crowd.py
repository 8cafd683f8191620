"""People who open tickets, as a running incidents process hears of it."""

from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import EVENTS
from chassis.storage.database import Database
from chassis.storage.tables import InboxRow, OutboxRow
from contracts.incidents import SuspicionView
from contracts.tickets import (
    AuthorView,
    MessageView,
    RequesterView,
    TicketCategorised,
    TicketEvent,
    TicketFacts,
    TicketOpened,
)
from contracts.vocabulary import AuthorKind, Category, Priority, Source, TicketStatus
from tests.support.incident_room import IncidentRoom
from tests.support.waiting import wait_until

_tickets = count(1_000)


class Crowd:
    """Publishes what tickets would, and waits until it has been heard."""

    def __init__(self, room: IncidentRoom, database: Database) -> None:
        self.room = room
        self._database = database
        self._publisher = ConfirmingPublisher(room.amqp_url)
        self._random = Random(1)
        self._told: set[UUID] = set()

    def close(self) -> None:
        self._publisher.close()

    def lets_quiet_weeks_pass(self) -> None:
        """Nobody wrote for as long as is needed to know what is usual."""
        self.tells(self.opened(Category.OTHER))
        self.room.time_passes(weeks=3, hours=2)

    def opened(self, category: Category, *, minutes_ago: float = 0, **parts: Any) -> TicketOpened:
        """Somebody opens a ticket."""
        opened_at = self.room.clock.now() - timedelta(minutes=minutes_ago)
        ticket = facts(category, opened_at, **parts)
        message = MessageView(
            id=1,
            author=AuthorView(kind=AuthorKind.USER, name="Maria"),
            body=ticket.subject,
            created_at=ticket.created_at,
        )
        return TicketOpened(
            event_id=uuid4(),
            occurred_at=ticket.created_at,
            version=1,
            ticket=ticket,
            message=message,
        )

    def tells(self, *events: TicketEvent, shuffled: bool = False) -> None:
        """Publish, and wait until incidents has acted on all and told what it found."""
        order = list(events)
        if shuffled:
            self._random.shuffle(order)
        for event in order:
            body = event.model_dump_json().encode()
            self._publisher.publish(Letter(event.type, body, str(event.event_id), EVENTS))
            self._told.add(event.event_id)
        wait_until(self._is_all_heard, 20, "incidents has not heard everything")
        self.room.listens()

    def opens(self, number: int, category: Category, **parts: Any) -> list[TicketOpened]:
        """So many people write, and incidents hears of it in whatever order."""
        events = [self.opened(category, minutes_ago=n / number, **parts) for n in range(number)]
        self.tells(*events, shuffled=True)
        return events

    def suspicions_of(self, category: Category, since: int = 0) -> list[SuspicionView]:
        """All that were told, but for the first so many."""
        told = [one.suspicion for one in self.room.suspected]
        return [one for one in told if one.category == category][since:]

    def _is_all_heard(self) -> bool:
        unpublished = select(func.count()).where(OutboxRow.published_at.is_(None))
        with self._database.reading() as session:
            heard = set(session.scalars(select(InboxRow.event_id)))
            return self._told <= heard and not session.scalar(unpublished)


def facts(category: Category, opened_at: datetime, **parts: Any) -> TicketFacts:
    """A ticket as it was opened, of somebody who has no other."""
    ticket_id = next(_tickets)
    told = {
        "id": ticket_id,
        "version": 1,
        "subject": f"It is broken, says ticket {ticket_id}",
        "requester": RequesterView(id=f"app-{ticket_id}", name="Maria"),
        **parts,
    }
    return TicketFacts(
        category=category,
        priority=Priority.P2,
        status=TicketStatus.OPEN,
        source=Source.APP,
        created_at=opened_at,
        updated_at=opened_at,
        **told,
    )


def categorised(event: TicketOpened, category: Category, version: int = 2) -> TicketCategorised:
    """The same ticket, once somebody has said what it is about."""
    ticket = event.ticket.model_copy(update={"category": category, "version": version})
    return TicketCategorised(
        event_id=uuid4(), occurred_at=event.occurred_at, version=version, ticket=ticket
    )
