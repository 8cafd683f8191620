"""The only place where the names of tickets' RPCs are strings."""

from typing import Any

from contracts.caller import Caller
from contracts.event import Message, Receipt
from contracts.tickets import commands, figures, queries, views


class TicketsClient:
    """Calls tickets; each method raises the contract errors its docstring in the service names."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _call(self, method: str, message: Message) -> Any:
        return self._caller.call("tickets", method, message)

    def _ticket(self, method: str, command: Message) -> Receipt[views.TicketView]:
        return Receipt[views.TicketView].model_validate(self._call(method, command))

    def _message(self, method: str, command: Message) -> Receipt[views.MessageView]:
        return Receipt[views.MessageView].model_validate(self._call(method, command))

    def open_ticket(self, command: commands.OpenTicket) -> Receipt[views.TicketView]:
        return self._ticket("open_ticket", command)

    def add_user_message(self, command: commands.AddUserMessage) -> Receipt[views.AddedMessage]:
        told = self._call("add_user_message", command)
        return Receipt[views.AddedMessage].model_validate(told)

    def answer_ticket(self, command: commands.AnswerTicket) -> Receipt[views.MessageView]:
        return self._message("answer_ticket", command)

    def add_note(self, command: commands.AddNote) -> Receipt[views.MessageView]:
        return self._message("add_note", command)

    def take_ticket(self, command: commands.TakeTicket) -> Receipt[views.TicketView]:
        return self._ticket("take_ticket", command)

    def assign_ticket(self, command: commands.AssignTicket) -> Receipt[views.TicketView]:
        return self._ticket("assign_ticket", command)

    def set_priority(self, command: commands.SetPriority) -> Receipt[views.TicketView]:
        return self._ticket("set_priority", command)

    def set_impact(self, command: commands.SetImpact) -> Receipt[views.TicketView]:
        return self._ticket("set_impact", command)

    def resolve_ticket(self, command: commands.ResolveTicket) -> Receipt[views.TicketView]:
        return self._ticket("resolve_ticket", command)

    def merge_tickets(self, command: commands.MergeTickets) -> Receipt[views.TicketView]:
        return self._ticket("merge_tickets", command)

    def reopen_ticket(self, command: commands.ReopenTicket) -> Receipt[views.TicketView]:
        return self._ticket("reopen_ticket", command)

    def rate_ticket(self, command: commands.RateTicket) -> Receipt[views.TicketView]:
        return self._ticket("rate_ticket", command)

    def edit_user_message(self, command: commands.EditUserMessage) -> Receipt[views.EditedMessage]:
        told = self._call("edit_user_message", command)
        return Receipt[views.EditedMessage].model_validate(told)

    def get_earlier_texts(self, ticket_id: int) -> views.EarlierTexts:
        query = queries.GetEarlierTexts(ticket_id=ticket_id)
        return views.EarlierTexts.model_validate(self._call("get_earlier_texts", query))

    def wish_news(self, command: commands.WishNews) -> Receipt[views.TicketView]:
        return self._ticket("wish_news", command)

    def introduce_requester(self, requester: commands.Person) -> None:
        self._call("introduce_requester", commands.IntroduceRequester(requester=requester))

    def mark_read(self, command: commands.MarkRead) -> None:
        self._call("mark_read", command)

    def record_delivery(self, command: commands.RecordDelivery) -> Receipt[views.MessageView]:
        return self._message("record_delivery", command)

    def register_agent(self, command: commands.RegisterAgent) -> Receipt[views.AgentView]:
        return Receipt[views.AgentView].model_validate(self._call("register_agent", command))

    def remove_agent(self, command: commands.RemoveAgent) -> Receipt[views.AgentView]:
        return Receipt[views.AgentView].model_validate(self._call("remove_agent", command))

    def issue_pass(self, command: commands.IssuePass) -> Receipt[views.PassView]:
        return Receipt[views.PassView].model_validate(self._call("issue_pass", command))

    def accept_invite(self, command: commands.AcceptInvite) -> Receipt[views.AgentView]:
        return Receipt[views.AgentView].model_validate(self._call("accept_invite", command))

    def link_account(self, command: commands.LinkAccount) -> Receipt[views.LinkedAccount]:
        return Receipt[views.LinkedAccount].model_validate(self._call("link_account", command))

    def unlink_account(self, command: commands.UnlinkAccount) -> Receipt[views.UnlinkedAccount]:
        told = self._call("unlink_account", command)
        return Receipt[views.UnlinkedAccount].model_validate(told)

    def look_at_pass(self, query: queries.LookAtPass) -> views.OfferedAccount:
        return views.OfferedAccount.model_validate(self._call("look_at_pass", query))

    def find_agent(self, telegram_id: int) -> views.AgentView:
        found = self._call("find_agent", queries.FindAgent(telegram_id=telegram_id))
        return views.AgentView.model_validate(found)

    def list_agents(self) -> list[views.AgentView]:
        found = self._caller.call("tickets", "list_agents")
        return views.AgentsView.model_validate(found).agents

    def list_invites(self) -> list[views.InviteView]:
        found = self._caller.call("tickets", "list_invites")
        return views.InvitesView.model_validate(found).invites

    def get_ticket(self, ticket_id: int, requester_id: str | None = None) -> views.TicketView:
        query = queries.GetTicket(ticket_id=ticket_id, requester_id=requester_id)
        return views.TicketView.model_validate(self._call("get_ticket", query))

    def get_attachment(
        self, attachment_id: int, requester_id: str | None = None
    ) -> views.AttachmentView:
        query = queries.GetAttachment(attachment_id=attachment_id, requester_id=requester_id)
        return views.AttachmentView.model_validate(self._call("get_attachment", query))

    def list_tickets(self, query: queries.ListTickets) -> views.TicketPage:
        return views.TicketPage.model_validate(self._call("list_tickets", query))

    def find_tickets(self, ticket_ids: list[int]) -> list[views.TicketSummary]:
        query = queries.FindTickets(ticket_ids=ticket_ids)
        return views.TicketPage.model_validate(self._call("find_tickets", query)).results

    def search_tickets(self, query: queries.SearchTickets) -> views.HitPage:
        return views.HitPage.model_validate(self._call("search_tickets", query))

    def match_tickets(self, query: queries.MatchTickets) -> list[views.TicketSummary]:
        return views.TicketPage.model_validate(self._call("match_tickets", query)).results

    def get_stats(self, query: queries.GetStats) -> figures.TicketStats:
        return figures.TicketStats.model_validate(self._call("get_stats", query))
