"""A calendar that goes without its country's holidays is found, with the command that mends it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.broker import topology
from chassis.storage.migrate import upgrade
from tests.support.commands import ROOT, run_support
from tests.support.service_process import ServiceProcess
from tests.support.sla_desk import HEARD

LATE_NOVEMBER = datetime(2026, 11, 27, 12, tzinfo=UTC)
COUNTRIES = {"business": "FR", "elsewhere": "QQ"}
CALENDAR = """
[calendars.{name}]
country = "{country}"
monday = ["10:00-18:00"]

"""

Support = Callable[..., tuple[int, str]]


@pytest.fixture
def support(new_amqp_url: Callable[[], str], tmp_path: Path) -> Iterator[Support]:
    """Runs `./support …` late in November on a desk whose calendars go by France and by a country
    that there is not; its exit code and all it said."""
    file = (ROOT / "support.toml").read_text(encoding="utf-8")
    file = re.sub(r"^\[calendars\.business\].*?(?=^\[)", "", file, flags=re.S | re.M)
    calendars = [CALENDAR.format(name=name, country=one) for name, one in COUNTRIES.items()]
    written = file.replace("[limits]", "".join([*calendars, "[limits]"]))
    (tmp_path / "desk.toml").write_text(written, encoding="utf-8")
    (tmp_path / "clock").write_text(str((LATE_NOVEMBER - datetime.now(UTC)).total_seconds()))
    url, database = new_amqp_url(), f"sqlite:///{tmp_path / 'sla.sqlite3'}"
    upgrade("sla", database)
    topology.declare(url, HEARD)
    settings = {
        "AMQP_URL": url,
        "SLA_DATABASE_URL": database,
        "SUPPORT_CONFIG": str(tmp_path / "desk.toml"),
        "SUPPORT_CLOCK_FILE": str(tmp_path / "clock"),
        "SUPPORT_DATA_DIR": str(tmp_path),
        "SUPPORT_JWT_SECRET": "s" * 48,
    }

    with ServiceProcess("sla", "services.sla.service", tmp_path / "log", **settings):
        yield lambda *arguments: run_support(*arguments, **settings)


def test_doctor_and_plan_name_what_is_not_imported_and_what_runs_out(support: Support) -> None:
    nothing_of_qq = (
        "A calendar names QQ, and no holidays of it are imported yet",
        "./support sla holidays --country QQ --years 2026-2027",
    )
    runs_out = (
        "A calendar names FR, and its holidays of 2027 are not imported yet",
        "./support sla holidays --country FR --years 2027",
    )
    support("sla", "holidays", "--country", "FR", "--years", "2026")

    code, found = support("doctor")
    _, planned = support("sla", "plan")

    assert code == 1
    for what, mend in (nothing_of_qq, runs_out):
        assert f"BAD  {what}.\n     {mend}\n" in found
        assert f"Warning: {what}: {mend}\n" in planned

    support(*runs_out[1].split()[1:])

    assert "A calendar names FR" not in support("doctor")[1]
    assert "A calendar names FR" not in support("sla", "plan")[1]


def test_a_plan_of_another_file_warns_of_what_that_one_lacks(
    support: Support, tmp_path: Path
) -> None:
    file = (tmp_path / "desk.toml").read_text(encoding="utf-8")
    (tmp_path / "new.toml").write_text(file.replace('country = "QQ"\n', ""), encoding="utf-8")
    support("sla", "holidays", "--country", "FR", "--years", "2026-2027")

    _, planned = support("sla", "plan", "--policy", str(tmp_path / "new.toml"))
    _, as_it_is = support("sla", "plan")

    assert "A calendar names" not in planned
    assert as_it_is.count("A calendar names") == 1
