"""`./support sla holidays` against a running sla: what it prints, and what it refuses and why."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.broker import topology
from chassis.storage.migrate import upgrade
from cli.ports import choose_port
from tests.support.commands import ROOT, run_support
from tests.support.service_process import ServiceProcess
from tests.support.sla_desk import HEARD

TIRED = """
[calendars.tired]
country = "KZ"
monday = ["10:00-18:00"]
holidays = [2026-03-16]

[limits]
"""
"""Open on Mondays: with the one on which Kazakhstan rests there are two free ones in a row."""

Holidays = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def address(
    new_amqp_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The broker of an sla whose business calendar goes by Russia."""
    directory = tmp_path_factory.mktemp("sla")
    file = (ROOT / "support.toml").read_text(encoding="utf-8")
    file = re.sub(r"^holidays = \[.*?^\]\ndates = .*?$", 'country = "RU"', file, flags=re.S | re.M)
    (directory / "desk.toml").write_text(file.replace("[limits]", TIRED), encoding="utf-8")
    url, database = new_amqp_url(), f"sqlite:///{directory / 'sla.sqlite3'}"
    upgrade("sla", database)
    topology.declare(url, HEARD)
    with ServiceProcess(
        "sla",
        "services.sla.service",
        directory / "log",
        AMQP_URL=url,
        SLA_DATABASE_URL=database,
        SUPPORT_CONFIG=str(directory / "desk.toml"),
    ):
        yield url


@pytest.fixture
def holidays(address: str, tmp_path: Path) -> Holidays:
    """Runs the command; its exit code and all it said."""

    def run(country: str, years: str, address: str = address) -> tuple[int, str]:
        options = ("--country", country, "--years", years, "--data-dir", str(tmp_path))
        return run_support("sla", "holidays", *options, AMQP_URL=address)

    return run


def test_an_import_prints_the_days_the_version_and_who_goes_by_it(holidays: Holidays) -> None:
    code, said = holidays("ru", "2026-2027")

    assert code == 0
    *days, summary, calendars = said.splitlines()
    assert days[0] == "2026-01-01\tThu\tНовогодние каникулы"
    assert "2027-02-20\tSat\ta working day" in days
    assert "2027-02-22\tMon\tВыходной (перенесено с 20.02.2027)" in days
    assert len(days) == 39
    assert summary.startswith("RU 2026-2027: days off 38, weekend days worked 1, as holidays 0.")
    assert summary.endswith(" tells them. Version 1.")
    assert calendars == "Calendars that go by it: business."

    code, said = holidays("RU", "2026")

    assert code == 0
    assert "Version 1, which was known: nothing has changed." in said


def test_a_country_of_no_calendar_is_kept_and_said_to_be_of_no_use_yet(holidays: Holidays) -> None:
    code, said = holidays("DE-BY", "2026")

    assert code == 0
    assert "Version 1." in said
    assert (
        'No calendar goes by it: write country = "DE-BY" under one in support.toml, '
        "then restart sla." in said
    )


@pytest.mark.parametrize(
    ("country", "years", "sentence"),
    [
        (
            "",
            "2026",
            "--country '': must be a code such as RU, or DE-BY for a part of a country.\n",
        ),
        ("Russia", "2026", "--country 'Russia': must be a code such as RU"),
        ("XX", "2026", "The library knows no holidays of XX. Nothing has changed: name another"),
        ("RU", "1990", "The library knows no holidays of RU in 1990. Nothing has changed"),
        ("RU", "2027-2026", "--years '2027-2026': 2027-2026 ends before it begins.\n"),
        ("RU", "2026-2036", "--years '2026-2036': 11 years are too many: at most 10 at once.\n"),
        ("RU", "next", "--years 'next': give a year or two, such as 2026 or 2026-2027.\n"),
        ("RU", "0001", "--years '0001': 1 is not between 1900 and 2100.\n"),
        ("KZ", "2026", "Nothing has changed, because then calendar tired: no working window in 14"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    holidays: Holidays, country: str, years: str, sentence: str
) -> None:
    code, said = holidays(country, years)

    assert code == 1
    assert said.startswith(sentence)
    assert len(said.splitlines()) == 1


def test_a_desk_that_does_not_run_is_said_not_to(holidays: Holidays) -> None:
    code, said = holidays("RU", "2026", f"amqp://guest:guest@127.0.0.1:{choose_port()}//")

    assert (code, said) == (1, "The desk does not answer: is ./support up running?\n")
