"""The rules of the SLA clocks, as values and pure functions.

Read in this order: `calendar` (working time) with `holidays` (its dates), `policy` (what is
promised), `facts` (what was heard), `duties` (who owes what since when), `terms` (counted by what),
`course` (how a target is worked through), `climbing` (where a warning goes), `clocks` (what is due
when), `breach` (was it met), `cycle` with `announcements` (what is kept and said), `watch` (the way
in), `recounting` (newer promises for what runs), `explaining` (why then).
"""

from services.sla.domain.announcements import (
    Achieved,
    Announcement,
    Breached,
    BreachWithdrawn,
    Climbed,
    ClockMoved,
    CycleAnnouncement,
    Outcome,
    Warned,
)
from services.sla.domain.breach import Breach, Verdict
from services.sla.domain.calendar import Calendar, HolidaysVersion, read_calendar, round_the_clock
from services.sla.domain.cycle import Cycle, TicketClock
from services.sla.domain.explaining import Explanation, explain
from services.sla.domain.facts import Beside, TicketFacts
from services.sla.domain.holidays import Holiday, lacking_years, overriding_dates, renewed
from services.sla.domain.policy import BadPolicy, Edition, Policy, Target, in_force
from services.sla.domain.recounting import RUNNING, Move, Recounted, recount
from services.sla.domain.terms import Cause
from services.sla.domain.watch import observe, tick
from services.sla.domain.windows import BadCalendar, Window

__all__ = [
    "RUNNING",
    "Achieved",
    "Announcement",
    "BadCalendar",
    "BadPolicy",
    "Beside",
    "Breach",
    "BreachWithdrawn",
    "Breached",
    "Calendar",
    "Cause",
    "Climbed",
    "ClockMoved",
    "Cycle",
    "CycleAnnouncement",
    "Edition",
    "Explanation",
    "Holiday",
    "HolidaysVersion",
    "Move",
    "Outcome",
    "Policy",
    "Recounted",
    "Target",
    "TicketClock",
    "TicketFacts",
    "Verdict",
    "Warned",
    "Window",
    "explain",
    "in_force",
    "lacking_years",
    "observe",
    "overriding_dates",
    "read_calendar",
    "recount",
    "renewed",
    "round_the_clock",
    "tick",
]
