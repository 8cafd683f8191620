"""The sla service on a database of its own, with no broker: it is told facts, asked, and ticked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from chassis.clock import Clock
from chassis.service.listening import declared_by
from chassis.settings import load
from chassis.storage.database import Database
from chassis.storage.store import Store
from chassis.storage.tables import OutboxRow
from contracts.desk import CalendarRule
from contracts.event import Event
from contracts.sla import (
    Clocks,
    CycleExplanation,
    DescribeTickets,
    ExplainTicket,
    ForecastClocks,
    GetSlaStats,
    HolidaysView,
    ImportHolidays,
    ListUrgent,
    SlaAchieved,
    SlaBreached,
    SlaBreachWithdrawn,
    SlaClockMoved,
    SlaStats,
    SlaWarned,
    SlaWarningClimbed,
    TicketClocks,
    UrgentCycle,
)
from contracts.tickets import (
    AgentView,
    AnswerDelivered,
    AnswerRefused,
    AuthorView,
    MessageEdited,
    MessageView,
    NoticeDelivered,
    RequesterView,
    TicketAssigned,
    TicketCategorised,
    TicketClosed,
    TicketEvent,
    TicketFacts,
    TicketMerged,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketResolved,
    TicketTaken,
    TicketUnlinked,
    UserMessageAdded,
)
from contracts.vocabulary import AuthorKind, Category, Priority, Source
from services.sla import service
from services.sla.editions import Editions
from services.sla.models import ClockRow, CycleRow
from services.sla.promises import Rules
from services.sla.service import SlaService
from services.sla.settings import Settings
from services.sla.usecases.deciding import decide_due
from tests.support.insisting import insist
from tests.support.sla_story import Snapshot, at

HEARD = declared_by(service)
TOLD = {
    event.type: event
    for event in (
        SlaWarned,
        SlaWarningClimbed,
        SlaBreached,
        SlaAchieved,
        SlaBreachWithdrawn,
        SlaClockMoved,
    )
}
ANNA = AgentView(id="tg:7", name="Anna", telegram_id=7)

PARTS: dict[type[TicketEvent], Callable[[Snapshot], dict[str, Any]]] = {
    TicketOpened: lambda ticket: {"message": _message(ticket)},
    UserMessageAdded: lambda ticket: {"message": _message(ticket)},
    MessageEdited: lambda ticket: {"message": _message(ticket)},
    AnswerDelivered: lambda ticket: {
        "message_id": 2,
        "written_at": ticket.first_response_at or ticket.updated_at,
    },
    AnswerRefused: lambda _: {"message_id": 2, "refusal": "blocked"},
    NoticeDelivered: lambda ticket: {
        "message_id": 3,
        "written_at": ticket.noticed_at or ticket.updated_at,
    },
    TicketUnlinked: lambda _: {"incident": {"id": 3, "title": "Payments"}},
    TicketTaken: lambda _: {"agent": ANNA},
    TicketAssigned: lambda _: {"agent": ANNA},
    TicketPrioritised: lambda _: {},
    TicketCategorised: lambda _: {},
    TicketReopened: lambda _: {"incident": {"id": 3, "title": "Payments"}},
    TicketResolved: lambda _: {"agent": ANNA},
    TicketMerged: lambda ticket: {
        "source": facts_of(named(ticket, ticket.id + 1000)),
        "agent": ANNA,
    },
    TicketClosed: lambda _: {},
}


def named(ticket: Snapshot, ticket_id: int) -> Snapshot:
    """The same life of another ticket."""
    return replace(ticket, id=ticket_id)


def facts_of(ticket: Snapshot, category: Category = Category.OTHER) -> TicketFacts:
    return TicketFacts(
        subject=f"Ticket {ticket.id}",
        category=category,
        source=Source.APP,
        requester=RequesterView(id="u-1", name="Maria"),
        **vars(ticket),
    )


def fact(
    kind: type[TicketEvent], ticket: Snapshot, category: Category = Category.OTHER
) -> TicketEvent:
    """An event of that kind about the ticket as it is after it."""
    return kind(
        event_id=uuid4(),
        occurred_at=ticket.updated_at,
        version=ticket.version,
        ticket=facts_of(ticket, category),
        **PARTS[kind](ticket),
    )


class SlaDesk:
    """Drives the entrypoints as the chassis does, each in its own transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        business: dict[str, Any] | None = None,
        **minutes: int,
    ) -> None:
        """The first response alone is promised. `minutes` are targets that a changed file gives to
        all priorities, `business` what it says of the business calendar beside the week."""
        self.store = Store(database, clock)
        self.service = SlaService()
        self.service.store = self.store
        self.service.settings = load(Settings, {"SUPPORT_TIMEZONE": "UTC"})
        file = self.service.settings.file
        targets = {"next_response_minutes": None, "resolution_minutes": None, **minutes}
        parts: dict[str, Any] = {
            "priorities": [rule.model_copy(update=targets) for rule in file.priorities]
        }
        if business is not None:
            week = file.calendars["business"].model_dump(exclude={"holidays", "dates", "country"})
            changed = CalendarRule.model_validate(week | business)
            parts["calendars"] = file.calendars | {"business": changed}
        self.file = file.model_copy(update=parts)
        self.service.editions = Editions(Rules.of(self.file), clock.now())

    def hears(
        self,
        kind: type[TicketEvent],
        ticket: Snapshot,
        times: int = 1,
        category: Category = Category.OTHER,
    ) -> None:
        """The event is delivered so many times."""
        event = fact(kind, ticket, category)
        handler = next(one.handler for one in HEARD if one.event is kind)
        for _ in range(times):
            insist(partial(getattr(self.service, handler), event))

    def imports(self, country: str = "RU", first: int = 2026, last: int = 2027) -> HolidaysView:
        """What the library of holidays tells of these years is taken in."""
        command = ImportHolidays(
            command_id=str(uuid4()), country=country, first_year=first, last_year=last
        )
        return insist(lambda: self.service.import_holidays(command)).result

    def scans(self, limit: int = 100) -> int:
        """One round of the scan; how many cycles it decided."""
        with self.store.writing() as session:
            return decide_due(session, self.service.editions, self.store.now(), limit)

    def describes(self, ticket: Snapshot) -> TicketClocks:
        query = DescribeTickets(tickets=[facts_of(ticket)])
        return self.service.describe_tickets(query).tickets[0]

    def explains(self, ticket: Snapshot) -> list[CycleExplanation]:
        query = ExplainTicket(ticket=facts_of(ticket))
        return self.service.explain_ticket(query).cycles

    def forecasts(self, priority: Priority, created_at: datetime) -> Clocks:
        query = ForecastClocks(priority=priority, created_at=created_at)
        return self.service.forecast_clocks(query)

    def urgent(self, limit: int = 20) -> list[UrgentCycle]:
        return self.service.list_urgent(ListUrgent(limit=limit)).cycles

    def stats(self, start: str, end: str) -> SlaStats:
        return self.service.get_sla_stats(GetSlaStats(from_at=at(start), to_at=at(end)))

    def cycle(self, ticket_id: int = 42) -> CycleRow:
        """The first response of a ticket that never was reopened."""
        with self.store.reading() as session:
            return session.get_one(CycleRow, (ticket_id, "first_response", 1))

    def ticket(self, ticket_id: int = 42) -> TicketFacts:
        """The newest that is known of it."""
        with self.store.reading() as session:
            return session.get_one(ClockRow, ticket_id).ticket

    def announced(self) -> list[Event]:
        """Everything in the outbox, oldest first."""
        with self.store.reading() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [TOLD[row.type].model_validate_json(row.body) for row in rows]

    def words(self, ticket_id: int = 42) -> list[str]:
        """What was announced of a ticket, by name and without the moves of the deadline."""
        about = [event for event in self.announced() if event.ticket_id == ticket_id]  # type: ignore[attr-defined]
        return [type(event).__name__ for event in about if not isinstance(event, SlaClockMoved)]


def _message(ticket: Snapshot) -> MessageView:
    author = AuthorView(kind=AuthorKind.USER, name="Maria")
    return MessageView(id=1, author=author, body="It does not open", created_at=ticket.updated_at)
