"""Somebody had a country's holidays imported: they are kept, and the promises go by them."""

from datetime import datetime

from sqlalchemy.orm import Session

from contracts.errors import CalendarNeverOpens
from contracts.sla import HolidaysView, ImportHolidays
from services.sla.almanac import Almanac, keep_almanac, newest_almanac
from services.sla.domain import BadCalendar, renewed
from services.sla.editions import Editions, go_by, wait_for_turn
from services.sla.library import Told
from services.sla.views import holidays_view


def import_holidays(
    session: Session, command: ImportHolidays, now: datetime, *, told: Told, editions: Editions
) -> HolidaysView:
    """Take in what was told of the command's years; a new version only if that changes something.

    Raises CalendarNeverOpens.
    """
    wait_for_turn(session)
    editions.noted_in(session, now)  # ours first, or it would be added later without them
    almanac = newest_almanac(session, command.country)
    days = renewed(almanac.days, told.days, command.years)
    is_new = days != almanac.days
    if is_new:
        almanac = Almanac(command.country, almanac.version + 1, days)
        keep_almanac(session, almanac, told.library, now)
    try:
        calendars = go_by(session, almanac, now)
    except BadCalendar as fault:
        raise CalendarNeverOpens(str(fault), {"matter": str(fault)}) from fault
    return holidays_view(almanac.version, told, command, is_new=is_new, calendars=calendars)
