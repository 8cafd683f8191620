"""`./support sla plan` and `apply` against a running sla: what they print, and what they change."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.broker import topology
from chassis.clock import SystemClock
from chassis.declare import subscriptions_of
from chassis.storage.database import Database
from contracts.tickets import TicketOpened
from contracts.vocabulary import Priority
from tests.support.commands import ROOT, run_support
from tests.support.migrated import new_file
from tests.support.service_process import ServiceProcess
from tests.support.sla_desk import HEARD, SlaDesk
from tests.support.sla_story import opened

USUAL = re.sub(
    r"^(next_response|resolution)_minutes = .*\n",
    "",
    (ROOT / "support.toml").read_text(encoding="utf-8"),
    flags=re.M,
)
"""Promises the first response alone."""
STRICTER = USUAL.replace("first_response_minutes = 120", "first_response_minutes = 90")

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(new_amqp_url: Callable[[], str], tmp_path: Path) -> Iterator[Command]:
    """Runs `./support sla …` on a desk that promises an answer within 90 minutes, and has a P1
    ticket of an hour ago that was promised one within two hours; its exit code and all it said."""
    (tmp_path / "desk.toml").write_text(STRICTER, encoding="utf-8")
    url, database = new_amqp_url(), f"sqlite:///{new_file('sla', tmp_path)}"
    # With whoever hears of a moved deadline: while nobody does sla's outbox is behind, not ready.
    topology.declare(url, [*HEARD, *subscriptions_of("tickets")])
    _open_a_ticket(database)
    settings = {"AMQP_URL": url, "SUPPORT_CONFIG": str(tmp_path / "desk.toml")}

    def run(*arguments: str, answer: str = "", **more: str) -> tuple[int, str]:
        place = ("--data-dir", str(tmp_path))
        return run_support("sla", *arguments, *place, answer=answer, **{**settings, **more})

    log = tmp_path / "log"
    with ServiceProcess("sla", "services.sla.service", log, SLA_DATABASE_URL=database, **settings):
        yield run


def _open_a_ticket(url: str) -> None:
    clock, database = SystemClock(), Database(url)
    desk = SlaDesk(database, clock)
    an_hour_ago = clock.now() - timedelta(hours=1)
    ticket = replace(
        opened("10:00", Priority.P1),
        created_at=an_hour_ago,
        updated_at=an_hour_ago,
        status_since=an_hour_ago,
        unanswered_since=an_hour_ago,
    )
    desk.hears(TicketOpened, ticket)
    database.close()


def test_a_plan_names_every_deadline_and_moves_none_until_it_is_applied(command: Command) -> None:
    code, plan = command("plan")

    assert code == 0
    assert plan.startswith("Times of Europe/Moscow:\n#42\tP1\tfirst response, cycle 1\t")
    assert plan.count("+03:00") == 2
    assert plan.endswith("Tickets with open clocks: 1. Deadlines that would move: 1.\n")
    assert command("plan") == (0, plan)

    code, refused = command("apply", answer="n\n")
    assert (code, "Let them go by these promises?" in refused) == (1, True)
    assert command("plan") == (0, plan)

    code, done = command("apply", answer="y\n")
    assert (code, done.count("#42\tP1")) == (0, 2)
    assert done.endswith("Tickets with open clocks: 1. Deadlines that moved: 1.\n")

    code, again = command("apply", "--yes")
    assert (code, again) == (0, "Tickets with open clocks: 1. Deadlines that moved: 0.\n")
    assert "once sla has been restarted with it; gateway and bot" in command("plan")[1]


def test_a_changed_file_is_planned_before_anything_goes_by_it(
    command: Command, tmp_path: Path
) -> None:
    harsh = tmp_path / "harsh.toml"
    harsh.write_text(USUAL.replace("first_response_minutes = 120", "first_response_minutes = 30"))

    code, plan = command("plan", "--policy", str(harsh))

    assert code == 0
    assert "\tlate\n" in plan
    assert "\nLate at once by that: 1.\n" in plan


def test_a_changed_file_whose_number_was_not_raised_is_warned_of_and_planned_all_the_same(
    command: Command, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.toml"
    warning = f"Warning: policy_version 2 of {changed} is the number of other promises too: raise"
    stricter = STRICTER.replace("= 90", "= 80")

    def planned(file: str) -> str:
        changed.write_text(file, encoding="utf-8")
        code, plan = command("plan", "--policy", str(changed))
        assert (code, "Tickets with open clocks: 1." in plan) == (0, True)
        return plan

    assert warning in planned(stricter)
    assert warning not in planned(stricter.replace("policy_version = 2", "policy_version = 3"))
    assert warning not in command("plan")[1]


@pytest.mark.parametrize(
    ("written", "matter"),
    [
        (None, "no such file"),
        ("policy_version = ", "Invalid value"),
        (USUAL.replace("first_response_minutes = 120", "first_response_minutes = -1"), "greater"),
        (USUAL.replace('["10:00-18:00"]', "[]"), "no weekday has a working window"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_with_its_faults(
    command: Command, tmp_path: Path, written: str | None, matter: str
) -> None:
    file = tmp_path / "new.toml"
    if written is not None:
        file.write_text(written, encoding="utf-8")

    code, said = command("plan", "--policy", str(file))

    assert code == 1
    assert matter in said
    assert "Traceback" not in said


def test_a_country_without_imported_holidays_is_warned_of(command: Command, tmp_path: Path) -> None:
    russian = tmp_path / "russian.toml"
    russian.write_text(
        USUAL.replace("[calendars.business]\n# country", "[calendars.business]\ncountry")
    )

    code, plan = command("plan", "--policy", str(russian))

    assert code == 0
    assert (
        "\nWarning: A calendar names RU, and no holidays of it are imported yet: "
        f"./support sla holidays --data-dir {tmp_path} --country RU --years 20"
    ) in plan
    assert "Warning" not in command("plan")[1]


@pytest.mark.parametrize(
    ("named", "matter"),
    [
        ("/nope.toml", "--policy '/nope.toml': no such file.\n"),
        ("", "--policy '': no such file.\n"),
        ("/", "--policy '/' is a directory: name a file, such as new.toml.\n"),
    ],
)
def test_what_is_no_file_is_told_in_one_sentence(command: Command, named: str, matter: str) -> None:
    assert command("plan", "--policy", named) == (1, matter)


def test_a_desk_that_does_not_run_is_named(command: Command) -> None:
    code, said = command("plan", AMQP_URL="amqp://guest:guest@127.0.0.1:1//")

    assert (code, "is ./support up running?" in said) == (1, True)
