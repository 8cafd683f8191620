"""The desk's file in the domain's words, and the sentence that stops a process when it is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from chassis.settings import ConfigurationError, load
from contracts.vocabulary import Metric, Priority
from services.sla.domain import Policy
from services.sla.promises import Rules
from services.sla.settings import Settings
from tests.support.sla_story import at

FILE = Path("support.toml").read_text(encoding="utf-8")
RESTFUL = "\n".join(f"    2026-07-{day:02d}," for day in range(1, 15))


def promised(environ: dict[str, str] | None = None) -> Policy:
    return Rules.of(load(Settings, environ or {"SUPPORT_TIMEZONE": "UTC"}).file).policy()


def written(path: Path, old: str, new: str) -> dict[str, str]:
    """An environment that names the desk's file with a part of it changed."""
    assert old in FILE
    file = path / "desk.toml"
    file.write_text(FILE.replace(old, new), encoding="utf-8")
    return {"SUPPORT_CONFIG": str(file), "SUPPORT_TIMEZONE": "UTC"}


def test_the_targets_are_those_of_the_file() -> None:
    policy = promised()

    first_response = policy.targets[Metric.FIRST_RESPONSE]
    minutes = {priority: first_response[priority].minutes for priority in Priority}
    assert list(minutes.values()) == [15, 120, 480, 1440]
    assert first_response[Priority.P2].calendar == "business"
    assert first_response[Priority.P0].warnings == (0.5, 0.8)
    assert first_response[Priority.P1].warnings == (0.8,)
    assert policy.version == 2


def test_a_working_day_is_counted_in_the_time_zone_of_the_desk() -> None:
    in_moscow = promised({"SUPPORT_TIMEZONE": "Europe/Moscow"}).calendars["business"]

    assert in_moscow.add(at("07:00"), timedelta(hours=8)) == at("15:00")
    assert in_moscow.add(at("17:00"), timedelta(hours=8)) == at("25 15:00")


def test_a_holiday_is_free_and_a_date_overrides_it_and_the_weekday(tmp_path: Path) -> None:
    dates = 'dates = { "2026-11-28" = ["10:00-12:00"], "2026-11-04" = ["15:00-16:00"] }'
    environ = written(tmp_path, 'dates = { "2027-02-20" = ["10:00-18:00"] }', dates)

    business = promised(environ).calendars["business"]

    assert business.is_open(at("28 11:00"))
    assert not business.is_open(at("29 11:00"))
    assert business.between(at("04 00:00"), at("05 00:00")) == timedelta(hours=1)
    assert not promised().calendars["business"].is_open(at("04 15:30"))


def test_a_calendar_that_rests_too_long_stops_the_process_with_a_sentence(tmp_path: Path) -> None:
    environ = written(tmp_path, "holidays = [", f"holidays = [\n{RESTFUL}")

    with pytest.raises(ConfigurationError) as fault:
        load(Settings, environ)

    assert str(fault.value).splitlines()[1:] == [
        f"  {tmp_path / 'desk.toml'}: calendar business: no working window in 14 days"
        " from 2026-07-01"
    ]


def test_every_calendar_without_working_time_is_named(tmp_path: Path) -> None:
    environ = written(tmp_path, "[limits]", "[calendars.never]\n[calendars.nowhere]\n[limits]")

    with pytest.raises(ConfigurationError) as fault:
        load(Settings, environ)

    assert "calendar never: no weekday has a working window" in str(fault.value)
    assert "calendar nowhere: no weekday has a working window" in str(fault.value)


def test_the_database_is_a_file_of_its_own_unless_named() -> None:
    named = {"SLA_DATABASE_URL": "postgresql+psycopg://desk/sla"}

    assert load(Settings, {"SUPPORT_DATA_DIR": "here"}).database_url == (
        "sqlite:///here/sla.sqlite3"
    )
    assert load(Settings, named).database_url == named["SLA_DATABASE_URL"]
