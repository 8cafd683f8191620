"""The holidays that were imported, kept in a country's version after version."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from chassis.storage.database import table_of
from services.sla.domain import Holiday
from services.sla.models import HolidayRow

HOLIDAYS = table_of(HolidayRow)


class Almanac(NamedTuple):
    """A country's holidays by date. `version` is 0 while nothing has been imported."""

    country: str
    version: int
    days: tuple[Holiday, ...]


def newest_almanac(session: Session, country: str) -> Almanac:
    is_of_country = HolidayRow.country == country
    version = session.scalar(select(func.max(HolidayRow.version)).where(is_of_country)) or 0
    rows = session.scalars(
        select(HolidayRow)
        .where(is_of_country, HolidayRow.version == version)
        .order_by(HolidayRow.day)
    )
    days = tuple(Holiday(row.day, row.name, row.is_working) for row in rows)
    return Almanac(country, version, days)


def is_imported(session: Session, country: str) -> bool:
    return (
        session.scalar(select(HolidayRow.day).where(HolidayRow.country == country).limit(1))
        is not None
    )


def keep_almanac(session: Session, almanac: Almanac, library: str, now: datetime) -> None:
    """Store a new version beside the older ones, told by that version of the library."""
    common = {
        "country": almanac.country,
        "version": almanac.version,
        "imported_at": now,
        "library": library,
    }
    rows = [
        common | {"day": one.day, "name": one.name, "is_working": one.is_working}
        for one in almanac.days
    ]
    session.connection().execute(insert(HOLIDAYS), rows)
