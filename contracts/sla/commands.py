"""What others may ask sla to do or tell. Named in the imperative; each is one RPC."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from contracts.desk import Desk
from contracts.desk_values import Country
from contracts.event import Command, Instant, Message
from contracts.tickets.views import TicketFacts
from contracts.vocabulary import Priority

MOST_YEARS = 10


def _is_year(number: int) -> int:
    if not 1900 <= number <= 2100:
        raise ValueError(f"{number} is not between 1900 and 2100")
    return number


Year = Annotated[int, AfterValidator(_is_year)]


class ImportHolidays(Command):
    """Ask the library for the holidays of these years, both included, and let the calendars that
    name the country go by them from now on; what runs keeps the promises of its begin.

    Raises HolidaysUnknown, or CalendarNeverOpens when a calendar would be left without working
    time: then nothing has changed.
    """

    country: Country
    first_year: Year
    last_year: Year

    @model_validator(mode="after")
    def _is_short_span(self) -> Self:
        if self.last_year < self.first_year:
            raise ValueError(f"{self.first_year}-{self.last_year} ends before it begins")
        if len(self.years) > MOST_YEARS:
            raise ValueError(f"{len(self.years)} years are too many: at most {MOST_YEARS} at once")
        return self

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class DescribeTickets(Message):
    """Tell the clocks of these tickets. The facts are sent along so that sla can compute a cycle
    it has not stored yet, and see an answer of which it has not heard yet."""

    tickets: list[TicketFacts]


class ForecastClocks(Message):
    """Tell the clocks of a ticket that is just being opened. They follow from these two alone, so
    the question can be asked before the ticket has a number."""

    priority: Priority
    created_at: Instant


class ExplainTicket(Message):
    """Tell why the ticket's clocks are due when they are; its facts go along as to describe it."""

    ticket: TicketFacts


class ListUrgent(Message):
    """Open cycles that are late or soon will be, worst first."""

    limit: int = 20


class GetSlaStats(Message):
    from_at: Instant
    to_at: Instant


class PlanRecount(Message):
    """Tell what a recount would do to the open clocks of the tickets after `after`, by their
    number. Without a `desk` it is by the promises now in force, else by that file's."""

    desk: Desk | None = None
    after: int = 0
    limit: int = Field(200, gt=0, le=1000)


class RecountClocks(Command):
    """Count the open clocks of the tickets after `after` by the promises now in force."""

    after: int = 0
    limit: int = Field(200, gt=0, le=1000)
