"""The public status with everything else dead: everybody is told it, with its age, in time."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.banner import RATE, visits
from bench.faults.crowd import Crowd, ask
from cli.postgres import PrivatePostgres
from tests.support import plain_http
from tests.support.breaking import BreakableDesk, breakable_desk
from tests.support.running_desk import RunningDesk
from tests.support.story import banner_becomes, public_status

SECONDS = 3
STALL_SECONDS = 3.5
SLACK_SECONDS = 5
"""How long one in a hundred may take on a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableDesk]:
    """A gateway that has heard of an incident before everything else died."""
    directory = tmp_path_factory.mktemp("alone")
    with breakable_desk(directory, postgres=PrivatePostgres(may_be_killed=True)) as breakable:
        breakable.agents[0].says("/incident Не проходят платежи")
        banner_becomes(breakable.desk, "outage")
        breakable.leave_only("gateway")
        yield breakable


def test_everybody_is_told(alone: BreakableDesk) -> None:
    assert_all_are_told(ask(alone.desk.port, RATE, SECONDS, visits()))


def test_everybody_is_told_also_after_a_restart(alone: BreakableDesk) -> None:
    alone.break_and_mend("gateway")
    alone.desk.wait_until_live()

    assert_all_are_told(ask(alone.desk.port, RATE, SECONDS, visits()))
    assert public_status(alone.desk)["message"] == "Не проходят платежи"


def test_a_machine_that_stands_still_for_seconds_refuses_nobody(alone: BreakableDesk) -> None:
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(ask, alone.desk.port, RATE, STALL_SECONDS + 1, visits())
        alone.desk.freeze("gateway")
        time.sleep(STALL_SECONDS)  # the stall itself
        alone.desk.thaw("gateway")

    assert set(asking.result().statuses()) == {200}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api/v2/summary.json", "Не проходят платежи"),
        ("/api/v2/status.json", "Major System Outage"),
        ("/status/feed.atom", "<title>Не проходят платежи</title>"),
        ("/status/badge.svg", "статус: сбой"),
    ],
)
def test_every_face_tells_what_is_known(alone: BreakableDesk, path: str, told: str) -> None:
    face = plain_http.get(f"{alone.desk.url}{path}", headers={"Accept-Language": "ru"}, timeout=5)

    assert told in face.text


@pytest.mark.parametrize("later", [20, 600])
def test_it_says_how_old_it_is(alone: BreakableDesk, later: int) -> None:
    alone.desk.set_clock(later)

    status, page = public_status(alone.desk), page_of(alone.desk)

    age = status["age_seconds"]
    assert later <= age < later + 120
    assert status["stale"] is (age >= 30)
    assert any(words in page for words in (ago(age), ago(age + 1)))
    assert status["message"] == "Не проходят платежи"
    assert "Не проходят платежи" in page


def ago(seconds: float) -> str:
    """The beginning of how the page tells an age."""
    return f"{seconds // 60:.0f} минут" if seconds >= 60 else f"{int(seconds)} секунд"


def page_of(desk: RunningDesk) -> str:
    return plain_http.get(f"{desk.url}/status", headers={"Accept-Language": "ru"}, timeout=5).text


def assert_all_are_told(crowd: Crowd) -> None:
    assert set(crowd.statuses()) == {200}
    assert crowd.p(0.99) < SLACK_SECONDS
