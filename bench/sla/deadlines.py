"""How long it takes to tell when one cycle is due: a pure sum, with nothing looked up.

Measured in processor time, and as the mean of ten in a row: what a sum takes, however busy the
machine is. The percentiles are those of different begins.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import thread_time

from bench.faults.report import Report, percentile
from services.sla.domain import Calendar, Target, read_calendar
from services.sla.domain.course import Course
from services.sla.domain.duties import Pause

YEAR = 2027
BEGINS, IN_A_ROW = 4_000, 10
WEEK_MICROSECONDS, YEAR_MICROSECONDS = 100.0, 1_000.0
WARNINGS = (0.5, 0.8)
DAYS_OFF = [*(f"01-{day:02d}" for day in range(1, 11)), *(f"{n:02d}-01" for n in range(2, 13))]


def measure(report: Report) -> None:
    """A week of windows, also with pauses, and a year with holidays; two warnings each."""
    calendar = _calendar()
    began = thread_time()
    for year in range(YEAR, YEAR + 3):
        calendar.is_open(datetime(year, 7, 1, tzinfo=UTC))
    report.tell(f"a year is laid out once, in {(thread_time() - began) / 3 * 1e3:.1f} ms")
    week, year_long = 5 * 7 * 60, 250 * 7 * 60
    for what, minutes, pauses, limit in (
        ("a week of windows", week, 0, WEEK_MICROSECONDS),
        ("a year with holidays", year_long, 0, YEAR_MICROSECONDS),
        ("a week with five pauses", week, 5, WEEK_MICROSECONDS),
    ):
        took = _microseconds(calendar, Target(minutes, calendar.name, WARNINGS), pauses)
        p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
        words = f"{what}: p50 {p50:.1f} µs, p99 {p99:.1f} µs ({limit:.0f})"
        report.promise(words, holds=p99 <= limit)


def _calendar() -> Calendar:
    """Two windows a day, in a zone whose clocks change."""
    day = ["10:00-13:00", "14:00-18:00"]
    return read_calendar(
        "business",
        "Europe/Berlin",
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
        dates={f"{year}-{day}": [] for year in range(YEAR, YEAR + 3) for day in DAYS_OFF},
    )


def _microseconds(calendar: Calendar, target: Target, pauses: int) -> list[float]:
    """How long a sum took, of duties that begin all over a year."""
    took = list[float]()
    for number in range(BEGINS):
        start = datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(days=365) * (number / BEGINS)
        standing = _pauses(start, pauses)
        began = thread_time()
        for _ in range(IN_A_ROW):
            course = Course(start, target, calendar, standing)
            _ = course.due_at, [course.moment_of(share) for share in target.warnings]
        took.append((thread_time() - began) * 1e6 / IN_A_ROW)
    return took


def _pauses(start: datetime, days: int) -> Sequence[Pause]:
    """An hour each day."""
    begins = (start + timedelta(days=number, hours=1) for number in range(days))
    return [Pause(begin, begin + timedelta(hours=1)) for begin in begins]
