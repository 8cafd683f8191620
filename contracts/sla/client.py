"""The only place where the names of sla's RPCs are strings."""

from typing import Any

from contracts.caller import Caller
from contracts.event import Message, Receipt
from contracts.sla.commands import (
    DescribeTickets,
    ExplainTicket,
    ForecastClocks,
    GetSlaStats,
    ImportHolidays,
    ListUrgent,
    PlanRecount,
    RecountClocks,
)
from contracts.sla.explaining import TicketExplanation
from contracts.sla.figures import SlaStats
from contracts.sla.views import (
    Clocks,
    HolidaysView,
    LackingHolidays,
    LackingHolidaysList,
    Recount,
    TicketClocks,
    TicketClocksList,
    UrgentCycles,
)
from contracts.tickets.views import TicketFacts


class SlaClient:
    """Calls sla; each method raises the contract errors its docstring in the service names."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _call(self, method: str, message: Message) -> Any:
        return self._caller.call("sla", method, message)

    def import_holidays(self, command: ImportHolidays) -> Receipt[HolidaysView]:
        answer = self._call("import_holidays", command)
        return Receipt[HolidaysView].model_validate(answer)

    def describe_tickets(self, tickets: list[TicketFacts]) -> list[TicketClocks]:
        """Clocks in the order of `tickets`."""
        query = DescribeTickets(tickets=[TicketFacts(**dict(facts)) for facts in tickets])
        return TicketClocksList.model_validate(self._call("describe_tickets", query)).tickets

    def forecast_clocks(self, query: ForecastClocks) -> Clocks:
        return Clocks.model_validate(self._call("forecast_clocks", query))

    def explain_ticket(self, ticket: TicketFacts) -> TicketExplanation:
        query = ExplainTicket(ticket=TicketFacts(**dict(ticket)))
        return TicketExplanation.model_validate(self._call("explain_ticket", query))

    def list_urgent(self, limit: int = 20) -> UrgentCycles:
        query = ListUrgent(limit=limit)
        return UrgentCycles.model_validate(self._call("list_urgent", query))

    def find_lacking_holidays(self) -> list[LackingHolidays]:
        answer = self._caller.call("sla", "find_lacking_holidays")
        return LackingHolidaysList.model_validate(answer).countries

    def plan_recount(self, query: PlanRecount) -> Recount:
        return Recount.model_validate(self._call("plan_recount", query))

    def recount_clocks(self, command: RecountClocks) -> Receipt[Recount]:
        return Receipt[Recount].model_validate(self._call("recount_clocks", command))

    def get_sla_stats(self, query: GetSlaStats) -> SlaStats:
        return SlaStats.model_validate(self._call("get_sla_stats", query))
