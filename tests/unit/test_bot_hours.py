"""Quiet hours: when they are, and what people write of them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from services.bot.arguments import WrongCall
from services.bot.hours import QuietHours, duty_of, end_of_quiet, quiet_of

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(8))
NOON = QuietHours(time(12), time(13, 30))


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        (NIGHT, "2026-03-02T21:59", None),
        (NIGHT, "2026-03-02T22:00", "2026-03-03T08:00"),
        (NIGHT, "2026-03-03T00:00", "2026-03-03T08:00"),
        (NIGHT, "2026-03-03T07:59", "2026-03-03T08:00"),
        (NIGHT, "2026-03-03T08:00", None),
        (NOON, "2026-03-03T12:30", "2026-03-03T13:30"),
        (NOON, "2026-03-03T13:30", None),
        (NOON, "2026-03-03T11:59", None),
    ],
)
def test_quiet_hours_end_when_the_desks_clock_says_so(
    hours: QuietHours, at: str, ends: str | None
) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=MOSCOW)

    found = end_of_quiet(hours, now.astimezone(ZoneInfo("UTC")), MOSCOW)

    assert found == (datetime.fromisoformat(ends).replace(tzinfo=MOSCOW) if ends else None)


def test_a_night_in_which_the_clock_is_changed_ends_by_the_clock() -> None:
    now = datetime(2026, 3, 28, 23, tzinfo=BERLIN)

    ends = end_of_quiet(NIGHT, now, BERLIN)

    assert ends is not None
    assert ends.isoformat() == "2026-03-29T08:00:00+02:00"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("22:00-08:00", QuietHours(time(22), time(8))),
        ("9:30 - 10:00", QuietHours(time(9, 30), time(10))),
        ("22:00–08:00", QuietHours(time(22), time(8))),
        ("off", None),
        ("OFF", None),
        ("выкл", None),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(written: str, meant: QuietHours | None) -> None:
    assert quiet_of(written) == meant


@pytest.mark.parametrize(
    "written",
    ["", "on", "22-8", "24:00-08:00", "22:60-08:00", "22:00", "22:00-22:00", "22:00-08:00 x", "٢"],
)
def test_what_are_no_quiet_hours_is_refused(written: str) -> None:
    with pytest.raises(WrongCall):
        quiet_of(written)


def test_duty_is_on_or_off_or_asked_for() -> None:
    assert [duty_of(one) for one in ("on", "Off", "вкл", "выкл", "")] == [
        True,
        False,
        True,
        False,
        None,
    ]


@pytest.mark.parametrize("written", ["maybe", "on please", "0"])
def test_what_is_neither_on_nor_off_is_refused(written: str) -> None:
    with pytest.raises(WrongCall):
        duty_of(written)
