"""The entrypoints of the tickets process."""

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from chassis.service.extensions import OutboxRelay, ServiceSettings, Storage, Sweeping
from chassis.service.listening import listens
from chassis.service.rpc import rpc
from chassis.storage.database import after_commit
from chassis.storage.store import Store
from contracts import tickets as contract
from contracts.event import Receipt
from contracts.incidents import (
    IncidentEvent,
    IncidentReopened,
    IncidentResolved,
    IncidentTicketLinked,
    IncidentUpdated,
    IncidentWithdrawn,
)
from contracts.sla import SlaClockMoved
from contracts.tickets import (
    AddedMessage,
    AgentView,
    AttachmentView,
    LinkedAccount,
    MessageView,
    PassView,
    TicketView,
)
from services.tickets import figures, queries, searching
from services.tickets.loops import Closing, Lowering, SweepingFiles, Telling
from services.tickets.settings import Settings
from services.tickets.usecases import (
    afterwards,
    answers,
    editing,
    linking,
    merging,
    moves,
    news,
    notes,
    passes,
    people,
    threads,
)


class TicketsService:
    """Tickets, their messages, the requesters and the agents."""

    name = "tickets"

    store: Store = Storage()
    settings: Settings = ServiceSettings()
    relay = OutboxRelay()
    sweeping = Sweeping()
    closing = Closing()
    telling = Telling()
    lowering = Lowering()
    sweeping_files = SweepingFiles()

    @property
    def _reopen_within(self) -> timedelta:
        return self.settings.reopen_within

    # Commands

    @rpc
    def open_ticket(self, command: contract.OpenTicket) -> Receipt[TicketView]:
        return self.store.once(TicketView, threads.open_ticket, command)

    @rpc
    def add_user_message(self, command: contract.AddUserMessage) -> Receipt[AddedMessage]:
        add = partial(threads.add_user_message, reopen_within=self._reopen_within)
        return self.store.once(AddedMessage, add, command)

    @rpc
    def introduce_requester(self, command: contract.IntroduceRequester) -> None:
        with self.store.writing() as session:
            people.remember_requester(session, command.requester)

    @rpc
    def mark_read(self, command: contract.MarkRead) -> None:
        with self.store.writing() as session:
            threads.mark_read(session, command)

    @rpc
    def answer_ticket(self, command: contract.AnswerTicket) -> Receipt[MessageView]:
        answer = partial(answers.answer_ticket, reopen_within=self._reopen_within)
        return self.store.once(MessageView, answer, command)

    @rpc
    def add_note(self, command: contract.AddNote) -> Receipt[MessageView]:
        add = partial(notes.add_note, reopen_within=self._reopen_within)
        return self.store.once(MessageView, add, command)

    @rpc
    def record_delivery(self, command: contract.RecordDelivery) -> Receipt[MessageView]:
        return self.store.once(MessageView, answers.record_delivery, command)

    @rpc
    def take_ticket(self, command: contract.TakeTicket) -> Receipt[TicketView]:
        take = partial(moves.take_ticket, reopen_within=self._reopen_within)
        return self.store.once(TicketView, take, command)

    @rpc
    def assign_ticket(self, command: contract.AssignTicket) -> Receipt[TicketView]:
        give = partial(moves.assign_ticket, reopen_within=self._reopen_within)
        return self.store.once(TicketView, give, command)

    @rpc
    def set_priority(self, command: contract.SetPriority) -> Receipt[TicketView]:
        prioritise = partial(moves.set_priority, reopen_within=self._reopen_within)
        return self.store.once(TicketView, prioritise, command)

    @rpc
    def set_impact(self, command: contract.SetImpact) -> Receipt[TicketView]:
        judge = partial(moves.set_impact, reopen_within=self._reopen_within)
        return self.store.once(TicketView, judge, command)

    @rpc
    def resolve_ticket(self, command: contract.ResolveTicket) -> Receipt[TicketView]:
        resolve = partial(moves.resolve_ticket, reopen_within=self._reopen_within)
        return self.store.once(TicketView, resolve, command)

    @rpc
    def reopen_ticket(self, command: contract.ReopenTicket) -> Receipt[TicketView]:
        reopen = partial(afterwards.reopen_ticket, reopen_within=self._reopen_within)
        return self.store.once(TicketView, reopen, command)

    @rpc
    def rate_ticket(self, command: contract.RateTicket) -> Receipt[TicketView]:
        return self.store.once(TicketView, afterwards.rate_ticket, command)

    @rpc
    def edit_user_message(
        self, command: contract.EditUserMessage
    ) -> Receipt[contract.EditedMessage]:
        edit = partial(editing.edit_user_message, reopen_within=self._reopen_within)
        return self.store.once(contract.EditedMessage, edit, command)

    @rpc
    def wish_news(self, command: contract.WishNews) -> Receipt[TicketView]:
        wish = partial(news.wish_news, reopen_within=self._reopen_within)
        return self.store.once(TicketView, wish, command)

    @rpc
    def merge_tickets(self, command: contract.MergeTickets) -> Receipt[TicketView]:
        merge = partial(merging.merge_tickets, reopen_within=self._reopen_within)
        return self.store.once(TicketView, merge, command)

    @rpc
    def register_agent(self, command: contract.RegisterAgent) -> Receipt[AgentView]:
        return self.store.once(AgentView, people.register_agent, command)

    @rpc
    def remove_agent(self, command: contract.RemoveAgent) -> Receipt[AgentView]:
        return self.store.once(AgentView, people.remove_agent, command)

    @rpc
    def issue_pass(self, command: contract.IssuePass) -> Receipt[PassView]:
        return self.store.once(PassView, passes.issue_pass, command)

    @rpc
    def accept_invite(self, command: contract.AcceptInvite) -> Receipt[AgentView]:
        return self.store.once(AgentView, passes.accept_invite, command)

    @rpc
    def link_account(self, command: contract.LinkAccount) -> Receipt[LinkedAccount]:
        return self.store.once(LinkedAccount, passes.link_account, command)

    @rpc
    def unlink_account(self, command: contract.UnlinkAccount) -> Receipt[contract.UnlinkedAccount]:
        return self.store.once(contract.UnlinkedAccount, passes.unlink_account, command)

    # Queries

    @rpc
    def get_ticket(self, query: contract.GetTicket) -> TicketView:
        return self.store.ask(queries.get_ticket, query)

    @rpc
    def get_attachment(self, query: contract.GetAttachment) -> AttachmentView:
        return self.store.ask(queries.get_attachment, query)

    @rpc
    def get_earlier_texts(self, query: contract.GetEarlierTexts) -> contract.EarlierTexts:
        return self.store.ask(queries.get_earlier_texts, query)

    @rpc
    def list_tickets(self, query: contract.ListTickets) -> contract.TicketPage:
        return self.store.ask(queries.list_tickets, query)

    @rpc
    def find_tickets(self, query: contract.FindTickets) -> contract.TicketPage:
        return self.store.ask(queries.find_tickets, query)

    @rpc
    def search_tickets(self, query: contract.SearchTickets) -> contract.HitPage:
        return self.store.ask(searching.search_tickets, query)

    @rpc
    def match_tickets(self, query: contract.MatchTickets) -> contract.TicketPage:
        return self.store.ask(queries.match_tickets, query)

    @rpc
    def look_at_pass(self, query: contract.LookAtPass) -> contract.OfferedAccount:
        return self.store.ask(passes.look_at_pass, query, self.store.now())

    @rpc
    def find_agent(self, query: contract.FindAgent) -> AgentView:
        return self.store.ask(queries.find_agent, query)

    @rpc
    def list_agents(self) -> contract.AgentsView:
        return self.store.ask(queries.list_agents)

    @rpc
    def list_invites(self) -> contract.InvitesView:
        return self.store.ask(passes.list_invites, self.store.now())

    @rpc
    def get_stats(self, query: contract.GetStats) -> contract.TicketStats:
        return self.store.ask(figures.get_stats, query)

    # Events

    @listens(SlaClockMoved)
    def keep_deadline(self, session: Session, event: SlaClockMoved) -> None:
        moves.keep_deadline(session, event)

    @listens(IncidentTicketLinked)
    def keep_link(self, session: Session, event: IncidentTicketLinked) -> None:
        linking.keep_link(session, event, self.store.now(), self._reopen_within)

    @listens(IncidentUpdated)
    def keep_update(self, session: Session, event: IncidentUpdated) -> None:
        self._keep_news(session, event)

    @listens(IncidentResolved)
    def keep_end(self, session: Session, event: IncidentResolved) -> None:
        self._keep_news(session, event)

    @listens(IncidentReopened)
    def keep_return(self, session: Session, event: IncidentReopened) -> None:
        self._keep_news(session, event)

    @listens(IncidentWithdrawn)
    def keep_withdrawal(self, session: Session, event: IncidentWithdrawn) -> None:
        self._keep_news(session, event)

    def _keep_news(self, session: Session, event: IncidentEvent) -> None:
        news.keep_news(session, event)
        after_commit(session, self.telling.wake)
