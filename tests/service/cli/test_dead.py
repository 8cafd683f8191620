"""`./support dead` says what it did, and what it could not do and why."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import DEAD, declare
from chassis.events import dead_letters
from chassis.events.ladder import ERROR, QUEUE, TRIES
from cli.ports import choose_port
from tests.support.commands import run_support
from tests.support.ledger.messages import TALLY
from tests.support.queues import take_all

Dead = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def url(new_amqp_url: Callable[[], str]) -> str:
    address = new_amqp_url()
    declare(address, [TALLY])
    return address


@pytest.fixture(autouse=True)
def parked(url: str) -> Iterator[None]:
    """Two messages that may go back, and one whose queue is no more."""
    publisher = ConfirmingPublisher(url)
    for name, queue in (("one", TALLY.queue), ("two", TALLY.queue), ("lost", "ledger.gone")):
        headers = {QUEUE: queue, TRIES: 5, ERROR: "RuntimeError: the page\nis torn"}
        publisher.publish(Letter(DEAD, b"{}", name, headers=headers))
    publisher.close()
    yield
    take_all(url, DEAD)
    take_all(url, TALLY.queue)


@pytest.fixture
def dead(url: str, tmp_path: Path) -> Dead:
    """Runs the command; its exit code and all it said."""

    def run(*arguments: str, address: str = url) -> tuple[int, str]:
        place = ("--data-dir", str(tmp_path))
        return run_support("dead", *arguments, *place, AMQP_URL=address)

    return run


def test_a_list_has_a_line_for_each(dead: Dead) -> None:
    code, said = dead("list")

    assert code == 0
    assert said.splitlines() == [
        "one\tledger.tally\tRuntimeError: the page is torn",
        "two\tledger.tally\tRuntimeError: the page is torn",
        "lost\tledger.gone\tRuntimeError: the page is torn",
    ]


def test_a_replay_says_how_many_went_and_which_could_not(dead: Dead, url: str) -> None:
    code, said = dead("replay", "--all")

    assert code == 1
    assert said.startswith("Replayed 2.\n")
    assert "1 stay parked, because their queue is no more: ledger.gone" in said
    assert [one.message_id for one in dead_letters.list_dead(url)] == ["lost"]


def test_what_is_named_goes_and_nothing_else(dead: Dead, url: str) -> None:
    assert dead("replay", "two") == (0, "Replayed 1.\n")
    assert dead("drop", "lost") == (0, "Dropped 1.\n")

    assert [one.message_id for one in dead_letters.list_dead(url)] == ["one"]
    code, said = dead("drop", "three")
    assert code == 1
    assert "No parked message matches" in said


def test_what_is_named_and_not_parked_is_said(dead: Dead, url: str) -> None:
    code, said = dead("replay", "one", "three", "four")

    assert code == 1
    assert "Replayed 1." in said
    assert "Not parked, and left alone: three, four." in said
    assert [one.message_id for one in dead_letters.list_dead(url)] == ["two", "lost"]


@pytest.mark.parametrize(
    ("chosen", "words"), [(["--all", "one"], "not both"), ([], "or say --all")]
)
def test_all_and_some_or_none_is_no_choice(
    dead: Dead, url: str, chosen: list[str], words: str
) -> None:
    code, said = dead("drop", *chosen)

    assert code == 1
    assert words in said
    assert len(dead_letters.list_dead(url)) == 3


def test_a_second_one_at_the_same_time_is_told_to_wait(dead: Dead, url: str) -> None:
    said: list[tuple[int, str]] = []

    def look_meanwhile(letter: dead_letters.DeadLetter) -> bool:
        if letter.message_id == "one":
            said.append(dead("list"))
        return False

    dead_letters.drop(url, look_meanwhile)

    ((code, words),) = said
    assert code == 1
    assert "Another ./support dead is at work" in words


def test_a_broker_that_is_away_is_said_to_be(dead: Dead) -> None:
    code, said = dead("list", address=f"amqp://guest:guest@127.0.0.1:{choose_port()}//")

    assert code == 1
    assert "The broker does not answer" in said
    assert "Traceback" not in said
