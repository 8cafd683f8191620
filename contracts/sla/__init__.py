"""The contract of the sla process: what the clocks say, and the facts they announce.

A cycle is (ticket, metric, n). `due_at` is a pure function of start, target, calendar and policy
version; sla can therefore tell it before it has stored the cycle.
"""

from contracts.sla.client import SlaClient
from contracts.sla.commands import (
    MOST_YEARS,
    DescribeTickets,
    ExplainTicket,
    ForecastClocks,
    GetSlaStats,
    ImportHolidays,
    ListUrgent,
    PlanRecount,
    RecountClocks,
)
from contracts.sla.events import (
    CycleEvent,
    SlaAchieved,
    SlaBreached,
    SlaBreachWithdrawn,
    SlaClockMoved,
    SlaWarned,
    SlaWarningClimbed,
)
from contracts.sla.explaining import (
    CountedHolidays,
    CountedTerms,
    CountedWindow,
    CycleExplanation,
    LeftOutPause,
    TicketExplanation,
)
from contracts.sla.figures import AgentCompliance, Compliance, SlaStats, WeekCompliance
from contracts.sla.views import (
    ClockMove,
    Clocks,
    CycleView,
    HolidaysView,
    HolidayView,
    LackingHolidays,
    LackingHolidaysList,
    Recount,
    TicketClocks,
    TicketClocksList,
    UrgentCycle,
    UrgentCycles,
)

__all__ = [
    "MOST_YEARS",
    "AgentCompliance",
    "ClockMove",
    "Clocks",
    "Compliance",
    "CountedHolidays",
    "CountedTerms",
    "CountedWindow",
    "CycleEvent",
    "CycleExplanation",
    "CycleView",
    "DescribeTickets",
    "ExplainTicket",
    "ForecastClocks",
    "GetSlaStats",
    "HolidayView",
    "HolidaysView",
    "ImportHolidays",
    "LackingHolidays",
    "LackingHolidaysList",
    "LeftOutPause",
    "ListUrgent",
    "PlanRecount",
    "Recount",
    "RecountClocks",
    "SlaAchieved",
    "SlaBreachWithdrawn",
    "SlaBreached",
    "SlaClient",
    "SlaClockMoved",
    "SlaStats",
    "SlaWarned",
    "SlaWarningClimbed",
    "TicketClocks",
    "TicketClocksList",
    "TicketExplanation",
    "UrgentCycle",
    "UrgentCycles",
    "WeekCompliance",
]
