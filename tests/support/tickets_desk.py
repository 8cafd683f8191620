"""The tickets service without its process: its use cases on a real database with a clock set."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import select

from chassis.clock import SetClock
from chassis.storage.database import Database
from chassis.storage.store import Store
from chassis.storage.tables import OutboxRow
from contracts import tickets as contract
from contracts.event import Receipt
from contracts.incidents import (
    IncidentEvent,
    IncidentTicketLinked,
    IncidentUpdated,
    IncidentView,
    StatusView,
)
from contracts.passes import digest_of, new_token
from contracts.sla import SlaClockMoved
from contracts.tickets import AgentView, MessageView, TicketEvent, TicketPage, TicketView
from contracts.tickets import events as facts
from contracts.vocabulary import PassPurpose
from services.tickets import figures, queries, searching
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
from tests.support.insisting import insist

REOPEN_WITHIN = timedelta(days=7)
ANNA = contract.Person(id="anna", name="Анна")
AGENT = "tg:7"
EVENTS = {event.type: event for event in vars(facts).values() if hasattr(event, "type")}
View = TypeVar("View", bound=BaseModel)


class TicketsDesk:
    """Each method is a command or a question with what a test need not say filled in."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.store = Store(database, clock)
        self.clock = clock
        self._numbers = count(1)
        self._told = 0

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def once(
        self, view: type[View], use_case: Callable[..., View], command: Any, *, dated: bool = True
    ) -> Receipt[View]:
        """Ask as every caller does: once more with the same id when the database was too busy."""
        carry_out = partial(use_case, reopen_within=REOPEN_WITHIN) if dated else use_case
        return insist(lambda: self.store.once(view, carry_out, command))

    def _id(self, given: dict[str, Any]) -> str:
        return str(given.pop("command_id", f"c{next(self._numbers)}"))

    def opens(
        self,
        description: str = "Не могу войти",
        by: contract.Person = ANNA,
        **parts: Any,
    ) -> TicketView:
        command = contract.OpenTicket(
            command_id=self._id(parts),
            requester=by,
            description=description,
            **{"received_at": self.now, **parts},
        )
        return self.once(TicketView, threads.open_ticket, command, dated=False).result

    def writes(
        self, ticket_id: int, body: str = "Ещё", by: str = "anna", **parts: Any
    ) -> contract.AddedMessage:
        command = contract.AddUserMessage(
            command_id=self._id(parts),
            ticket_id=ticket_id,
            requester_id=by,
            body=body,
            **{"received_at": self.now, **parts},
        )
        return self.once(contract.AddedMessage, threads.add_user_message, command).result

    def edits(
        self, ticket_id: int, message_id: int, body: str, by: str = "anna", **parts: Any
    ) -> contract.EditedMessage:
        command = contract.EditUserMessage(
            command_id=self._id(parts),
            ticket_id=ticket_id,
            message_id=message_id,
            requester_id=by,
            body=body,
            **{"edited_at": self.now, **parts},
        )
        return self.once(contract.EditedMessage, editing.edit_user_message, command).result

    def earlier_texts(self, ticket_id: int) -> list[contract.EarlierText]:
        return self.has_earlier_texts(ticket_id).texts

    def has_earlier_texts(self, ticket_id: int) -> contract.EarlierTexts:
        query = contract.GetEarlierTexts(ticket_id=ticket_id)
        return self.store.ask(queries.get_earlier_texts, query)

    def objects(self, ticket_id: int, by: str = "anna", **parts: Any) -> TicketView:
        """The requester says that it is not solved."""
        command = contract.ReopenTicket(
            command_id=self._id(parts),
            ticket_id=ticket_id,
            requester_id=by,
            body="Не решено",
            received_at=self.now,
        )
        return self.once(TicketView, afterwards.reopen_ticket, command).result

    def rates(self, ticket_id: int, rating: int, by: str = "anna", **parts: Any) -> TicketView:
        command = contract.RateTicket(
            command_id=self._id(parts),
            ticket_id=ticket_id,
            requester_id=by,
            rating=rating,
            rated_at=self.now,
        )
        return self.once(TicketView, afterwards.rate_ticket, command, dated=False).result

    def lets_in(
        self, telegram_id: int = 7, name: str = "Пётр", *, by: str = "environment"
    ) -> AgentView:
        command = contract.RegisterAgent(
            command_id=self._id({}), telegram_id=telegram_id, name=name, allowed_by=by
        )
        return self.once(AgentView, people.register_agent, command, dated=False).result

    def removes(self, telegram_id: int = 7) -> AgentView:
        command = contract.RemoveAgent(command_id=self._id({}), telegram_id=telegram_id)
        return self.once(AgentView, people.remove_agent, command, dated=False).result

    def answers(
        self, ticket_id: int, body: str = "Чиним", by: str = AGENT, **parts: Any
    ) -> MessageView:
        command = contract.AnswerTicket(
            command_id=self._id(parts),
            ticket_id=ticket_id,
            agent_id=by,
            body=body,
            **{"received_at": self.now, **parts},
        )
        return self.once(MessageView, answers.answer_ticket, command).result

    def notes(
        self, ticket_id: int, body: str = "Опять банк", by: str = AGENT, **parts: Any
    ) -> MessageView:
        command = contract.AddNote(
            command_id=self._id(parts),
            ticket_id=ticket_id,
            agent_id=by,
            body=body,
            **{"received_at": self.now, **parts},
        )
        return self.once(MessageView, notes.add_note, command).result

    def delivers(
        self, ticket_id: int, message_id: int, *, delivered: bool = True, refusal: str | None = None
    ) -> MessageView:
        command = contract.RecordDelivery(
            command_id=self._id({}),
            ticket_id=ticket_id,
            message_id=message_id,
            delivered=delivered,
            refusal=refusal,
        )
        return self.once(MessageView, answers.record_delivery, command, dated=False).result

    def issues(
        self, purpose: PassPurpose = PassPurpose.AGENT, **parts: Any
    ) -> tuple[str, contract.PassView]:
        """A digest and its pass: an invite, or a link for Anna."""
        digest = digest_of(new_token())
        given = {"requester": ANNA if purpose == PassPurpose.LINK else None, "issued_by": "root"}
        command = contract.IssuePass(
            command_id=self._id(parts), digest=digest, purpose=purpose, **{**given, **parts}
        )
        view = self.once(contract.PassView, passes.issue_pass, command, dated=False).result
        return digest, view

    def accepts(self, digest: str, by: int = 7, **parts: Any) -> AgentView:
        command = contract.AcceptInvite(
            command_id=self._id(parts), digest=digest, telegram_id=by, name="Пётр"
        )
        return self.once(AgentView, passes.accept_invite, command, dated=False).result

    def links(self, digest: str, by: int = 9, **parts: Any) -> contract.LinkedAccount:
        command = contract.LinkAccount(command_id=self._id(parts), digest=digest, telegram_id=by)
        return self.once(contract.LinkedAccount, passes.link_account, command, dated=False).result

    def looks_at(self, digest: str, by: int = 9) -> contract.OfferedAccount:
        query = contract.LookAtPass(digest=digest, telegram_id=by)
        return self.store.ask(passes.look_at_pass, query, self.store.now())

    def unlinks(self, by: int = 9, account: str = "anna") -> contract.UnlinkedAccount:
        command = contract.UnlinkAccount(
            command_id=self._id({}), telegram_id=by, requester_id=account
        )
        found = self.once(contract.UnlinkedAccount, passes.unlink_account, command, dated=False)
        return found.result

    def takes(self, ticket_id: int, by: str = AGENT, **parts: Any) -> TicketView:
        command = contract.TakeTicket(
            command_id=self._id(parts), ticket_id=ticket_id, agent_id=by, **parts
        )
        return self.once(TicketView, moves.take_ticket, command).result

    def assigns(self, ticket_id: int, to: str | None, by: str = AGENT, **parts: Any) -> TicketView:
        command = contract.AssignTicket(
            command_id=self._id(parts), ticket_id=ticket_id, agent_id=by, assignee_id=to
        )
        return self.once(TicketView, moves.assign_ticket, command).result

    def prioritises(self, ticket_id: int, priority: str, by: str = AGENT) -> TicketView:
        command = contract.SetPriority(
            command_id=self._id({}), ticket_id=ticket_id, agent_id=by, priority=priority
        )
        return self.once(TicketView, moves.set_priority, command).result

    def judges(self, ticket_id: int, by: str = "anna", **parts: Any) -> TicketView:
        command = contract.SetImpact(
            command_id=self._id(parts), ticket_id=ticket_id, requester_id=by, **parts
        )
        return self.once(TicketView, moves.set_impact, command).result

    def resolves(self, ticket_id: int, by: str = AGENT) -> TicketView:
        command = contract.ResolveTicket(command_id=self._id({}), ticket_id=ticket_id, agent_id=by)
        return self.once(TicketView, moves.resolve_ticket, command).result

    def merges(
        self, source_id: int, survivor_id: int, by: str = AGENT, **parts: Any
    ) -> Receipt[TicketView]:
        command = contract.MergeTickets(
            command_id=self._id(parts), source_id=source_id, survivor_id=survivor_id, agent_id=by
        )
        return self.once(TicketView, merging.merge_tickets, command)

    def reads(self, ticket_id: int, by: str = "anna", read_at: datetime | None = None) -> None:
        command = contract.MarkRead(
            command_id=self._id({}),
            ticket_id=ticket_id,
            requester_id=by,
            read_at=read_at or self.now,
        )
        with self.store.writing() as session:
            threads.mark_read(session, command)

    def closes_outlived(self, limit: int = 100) -> int:
        with self.store.writing() as session:
            return threads.close_outlived(session, self.now, REOPEN_WITHIN, limit)

    def hears(self, event: SlaClockMoved) -> None:
        with self.store.writing() as session:
            moves.keep_deadline(session, event)

    def hears_link(
        self,
        ticket_id: int,
        incident: IncidentView,
        version: int = 1,
        by: str = AGENT,
        *,
        by_requester: bool = False,
    ) -> None:
        """incidents tells that an agent, or the requester, has linked a ticket."""
        event = IncidentTicketLinked(
            event_id=uuid4(),
            occurred_at=self.now,
            version=version,
            incident=incident,
            ticket_id=ticket_id,
            agent_id=by,
            by_requester=by_requester,
        )
        with self.store.writing() as session:
            linking.keep_link(session, event, self.now, REOPEN_WITHIN)

    def hears_news(
        self,
        incident: IncidentView,
        version: int,
        kind: type[IncidentEvent] = IncidentUpdated,
    ) -> None:
        """incidents tells what the public was told."""
        with self.store.writing() as session:
            news.keep_news(session, self.news_of(incident, version, kind))

    def news_of(
        self, incident: IncidentView, version: int, kind: type[IncidentEvent]
    ) -> IncidentEvent:
        return kind(
            event_id=uuid4(),
            occurred_at=self.now,
            version=version,
            incident=incident,
            status=StatusView(status="outage", updated_at=self.now, version=version),
        )

    def tells_news(self, at_once: int = 25) -> int:
        """Until nobody waits for news; how many rounds that took."""
        for rounds in count():
            if not self.tells_next_news(at_once):
                return rounds
        raise AssertionError("count ends")

    def tells_next_news(self, at_once: int) -> bool:
        """One round of it; whether there was any."""
        with self.store.writing() as session:
            return news.tell_news(session, self.now, at_once)

    def wishes_news(self, ticket_id: int, *, wanted: bool, by: str = "anna") -> TicketView:
        command = contract.WishNews(
            command_id=self._id({}), ticket_id=ticket_id, requester_id=by, wanted=wanted
        )
        return self.once(TicketView, news.wish_news, command).result

    def matches(self, *categories: str, since: datetime) -> list[int]:
        query = contract.MatchTickets(categories=list(categories), opened_since=since)
        return [one.id for one in self.store.ask(queries.match_tickets, query).results]

    def shows(self, ticket_id: int, to: str | None = None) -> TicketView:
        query = contract.GetTicket(ticket_id=ticket_id, requester_id=to)
        return self.store.ask(queries.get_ticket, query)

    def shows_file(self, attachment_id: int, to: str | None = None) -> contract.AttachmentView:
        query = contract.GetAttachment(attachment_id=attachment_id, requester_id=to)
        return self.store.ask(queries.get_attachment, query)

    def lists(self, **parts: Any) -> TicketPage:
        return self.store.ask(queries.list_tickets, contract.ListTickets(**parts))

    def finds(self, *ticket_ids: int) -> list[int]:
        query = contract.FindTickets(ticket_ids=list(ticket_ids))
        return [one.id for one in self.store.ask(queries.find_tickets, query).results]

    def searches(self, words: str, **parts: Any) -> contract.HitPage:
        query = contract.SearchTickets(words=words, **parts)
        return self.store.ask(searching.search_tickets, query)

    def counts(self, from_at: datetime, to_at: datetime) -> contract.TicketStats:
        return self.store.ask(figures.get_stats, contract.GetStats(from_at=from_at, to_at=to_at))

    def told(self) -> list[TicketEvent]:
        """The events put in the outbox since this was last asked."""
        with self.store.reading() as session:
            rows = list(
                session.scalars(
                    select(OutboxRow).where(OutboxRow.id > self._told).order_by(OutboxRow.id)
                )
            )
        self._told = rows[-1].id if rows else self._told
        return [EVENTS[row.type].model_validate_json(row.body) for row in rows]
