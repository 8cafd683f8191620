"""The entrypoints of the sla process."""

from functools import partial
from typing import Any, Unpack
from zoneinfo import ZoneInfo

from nameko.extensions import DependencyProvider, SharedExtension
from sqlalchemy.orm import Session

from chassis.clock import clock_for
from chassis.service.extensions import OutboxRelay, ServiceSettings, SharedStore, Storage, Sweeping
from chassis.service.listening import listens
from chassis.service.loop import Loop
from chassis.service.rpc import rpc
from chassis.storage.store import Store
from contracts import sla as contract
from contracts import tickets as fact
from contracts.event import Receipt
from services.sla import figures, queries
from services.sla.auditing import Auditing
from services.sla.domain import Beside
from services.sla.editions import Editions
from services.sla.library import tell_holidays
from services.sla.promises import Rules
from services.sla.settings import Settings
from services.sla.usecases.deciding import decide_due
from services.sla.usecases.hearing import hear
from services.sla.usecases.importing import import_holidays
from services.sla.usecases.recounting import plan_recount, recount_clocks

DECIDED_AT_ONCE = 100
LONGEST_REST_SECONDS = 1.0


class SharedEditions(SharedExtension):
    """One memory of the promises for all of a service, the calendars laid out beforehand."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        now = clock_for(settings.clock_file).now()
        self.editions = Editions(Rules.of(settings.file), now)
        self.editions.lay_out_years(now)


class Promising(DependencyProvider):
    """Hands the service what the desk promises and has promised."""

    shared = SharedEditions()

    def get_dependency(self, worker_ctx: Any) -> Editions:
        return self.shared.editions


class Scanning(Loop):
    """Decides what time alone decides. Rests until the next clock is due, a second at most."""

    shared = SharedStore()
    promised = SharedEditions()

    def run_once(self) -> bool:
        store: Store = self.shared.store
        self.interval = LONGEST_REST_SECONDS
        self.promised.editions.keep_up(store)
        due_at, now = store.glance(queries.next_look), store.now()
        if due_at is None or due_at > now:
            rest = (due_at - now).total_seconds() if due_at else LONGEST_REST_SECONDS
            self.interval = min(rest, LONGEST_REST_SECONDS)
            return False
        with store.writing() as session:
            return decide_due(session, self.promised.editions, now, DECIDED_AT_ONCE) > 0


class SlaService:
    """The clocks that run on every ticket."""

    name = "sla"

    store: Store = Storage()
    settings: Settings = ServiceSettings()
    editions: Editions = Promising()
    relay = OutboxRelay()
    sweeping = Sweeping()
    scanning = Scanning()
    auditing = Auditing()

    # Commands

    @rpc
    def recount_clocks(self, command: contract.RecountClocks) -> Receipt[contract.Recount]:
        act = partial(recount_clocks, editions=self.editions)
        return self.store.once(contract.Recount, act, command)

    @rpc
    def import_holidays(self, command: contract.ImportHolidays) -> Receipt[contract.HolidaysView]:
        # The library takes its time, and a transaction must not.
        told = tell_holidays(command.country, command.years, self.settings.locale)
        take_in = partial(import_holidays, told=told, editions=self.editions)
        return self.store.once(contract.HolidaysView, take_in, command)

    # Queries

    @rpc
    def plan_recount(self, query: contract.PlanRecount) -> contract.Recount:
        return self.store.ask(plan_recount, query, self.editions, self.store.now())

    @rpc
    def find_lacking_holidays(self) -> contract.LackingHolidaysList:
        return self.store.ask(queries.find_lacking_holidays, self.editions, self.store.now())

    @rpc
    def describe_tickets(self, query: contract.DescribeTickets) -> contract.TicketClocksList:
        return queries.describe_tickets(self.store, query, self.editions)

    @rpc
    def explain_ticket(self, query: contract.ExplainTicket) -> contract.TicketExplanation:
        return self.store.ask(queries.explain_ticket, query, self.editions, self.store.now())

    @rpc
    def forecast_clocks(self, query: contract.ForecastClocks) -> contract.Clocks:
        return queries.forecast_clocks(query, self.editions)

    @rpc
    def list_urgent(self, query: contract.ListUrgent) -> contract.UrgentCycles:
        return self.store.ask(queries.list_urgent, query)

    @rpc
    def get_sla_stats(self, query: contract.GetSlaStats) -> contract.SlaStats:
        zone = ZoneInfo(self.settings.file.timezone)
        return self.store.ask(figures.get_sla_stats, query, zone, self.store.now())

    # Events: each tells how the ticket now stands, and that is all a clock needs.

    @listens(fact.TicketOpened)
    def hear_opened(self, session: Session, event: fact.TicketOpened) -> None:
        self._hear(session, event)

    @listens(fact.UserMessageAdded)
    def hear_user_message(self, session: Session, event: fact.UserMessageAdded) -> None:
        # One that reopens may be from before the end; `reopened_at` tells since when it waits.
        asked_at = None if event.reopened else event.message.created_at
        self._hear(session, event, asked_at=asked_at)

    @listens(fact.MessageEdited)
    def hear_edited(self, session: Session, event: fact.MessageEdited) -> None:
        self._hear(session, event)

    @listens(fact.AnswerDelivered)
    def hear_delivered(self, session: Session, event: fact.AnswerDelivered) -> None:
        self._hear(session, event, answer_at=event.written_at)

    @listens(fact.AnswerRefused)
    def hear_refused(self, session: Session, event: fact.AnswerRefused) -> None:
        self._hear(session, event)

    @listens(fact.NoticeDelivered)
    def hear_notice_delivered(self, session: Session, event: fact.NoticeDelivered) -> None:
        self._hear(session, event)

    @listens(fact.TicketUnlinked)
    def hear_unlinked(self, session: Session, event: fact.TicketUnlinked) -> None:
        self._hear(session, event)

    @listens(fact.TicketTaken)
    def hear_taken(self, session: Session, event: fact.TicketTaken) -> None:
        self._hear(session, event)

    @listens(fact.TicketAssigned)
    def hear_assigned(self, session: Session, event: fact.TicketAssigned) -> None:
        self._hear(session, event)

    @listens(fact.TicketPrioritised)
    def hear_prioritised(self, session: Session, event: fact.TicketPrioritised) -> None:
        self._hear(session, event)

    @listens(fact.TicketCategorised)
    def hear_categorised(self, session: Session, event: fact.TicketCategorised) -> None:
        self._hear(session, event)

    @listens(fact.TicketResolved)
    def hear_resolved(self, session: Session, event: fact.TicketResolved) -> None:
        self._hear(session, event)

    @listens(fact.TicketReopened)
    def hear_reopened(self, session: Session, event: fact.TicketReopened) -> None:
        self._hear(session, event)

    @listens(fact.TicketMerged)
    def hear_merged(self, session: Session, event: fact.TicketMerged) -> None:
        for ticket in sorted((event.ticket, event.source), key=lambda facts: facts.id):
            merged_from = event.source.id if ticket is event.ticket else None
            hear(session, ticket, self.editions, self.store.now(), merged_from=merged_from)

    @listens(fact.TicketClosed)
    def hear_closed(self, session: Session, event: fact.TicketClosed) -> None:
        self._hear(session, event)

    def _hear(self, session: Session, event: fact.TicketEvent, **beside: Unpack[Beside]) -> None:
        hear(session, event.ticket, self.editions, self.store.now(), **beside)
