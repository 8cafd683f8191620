"""Events that come twice, cannot be read or cannot be handled, in a real process."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from chassis.broker.publishing import ConfirmingPublisher
from chassis.broker.topology import DELAYS_SECONDS
from chassis.events import dead_letters
from chassis.events.dead_letters import DeadLetter
from chassis.events.ladder import TRIES
from cli.ports import choose_port
from tests.support.ledger.messages import booked, letter_of
from tests.support.ledger.process import Ledger
from tests.support.service_process import ServiceProcess
from tests.support.waiting import wait_until

LAST_TRY = {TRIES: len(DELAYS_SECONDS)}


@pytest.fixture(scope="module")
def metrics_port() -> int:
    return choose_port()


@pytest.fixture(scope="module")
def ledger(
    new_amqp_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    place = tmp_path_factory.mktemp("ledger")
    ledger = Ledger(new_amqp_url(), f"sqlite:///{place / 'ledger.sqlite3'}", place / "log")
    yield ledger
    ledger.close()


@pytest.fixture(scope="module", autouse=True)
def process(ledger: Ledger, metrics_port: int) -> Iterator[ServiceProcess]:
    with ledger.running(SUPPORT_METRICS_PORT=str(metrics_port)) as process:
        yield process


def dead(ledger: Ledger, text: str) -> list[DeadLetter]:
    return [one for one in dead_letters.list_dead(ledger.amqp_url) if text.encode() in one.body]


def is_about(text: str) -> dead_letters.Choice:
    return lambda letter: text.encode() in letter.body


def test_what_is_committed_is_heard_long_before_the_next_poll(ledger: Ledger) -> None:
    ledger.book("warm")
    wait_until(lambda: ledger.tallies("warm"))
    waits = []
    for number in range(5):
        ledger.book(f"news {number}")
        committed_at = time.monotonic()
        wait_until(lambda text=f"news {number}": ledger.tallies(text))
        waits.append(time.monotonic() - committed_at)

    assert sorted(waits)[2] < 0.3


def test_the_cause_of_an_event_is_known_to_its_handler(ledger: Ledger) -> None:
    ledger.book("caused", request_id="abc-1")

    wait_until(lambda: ledger.tallies("caused"))

    assert [one.request_id for one in ledger.tallies("caused")] == ["abc-1"]


def test_a_second_delivery_does_nothing(ledger: Ledger) -> None:
    event = booked("twice")
    for _ in range(2):
        ledger.publish(event)
    ledger.publish(booked("after"))

    wait_until(lambda: ledger.tallies("after"))

    wait_until(lambda: ledger.tallies("twice"))
    assert len(ledger.tallies("twice")) == 1


def test_a_handler_that_fails_once_is_tried_again_and_acts_once(ledger: Ledger) -> None:
    published_at = time.monotonic()
    ledger.publish(booked("stumbles once"), request_id="abc-2")

    wait_until(lambda: ledger.tallies("stumbles once"))

    assert time.monotonic() - published_at >= DELAYS_SECONDS[0]
    (tally,) = ledger.tallies("stumbles once")
    assert tally.request_id == "abc-2", "what caused it is still known after a retry"


def test_a_failing_event_holds_up_no_other(ledger: Ledger) -> None:
    ledger.publish(booked("torn for good"))
    ledger.publish(booked("unharmed"))

    wait_until(lambda: ledger.tallies("unharmed"), seconds=0.9)

    assert ledger.tallies("torn for good") == []


def test_whoever_asks_is_answered_while_many_events_are_in_hand(ledger: Ledger) -> None:
    for number in range(30):
        ledger.publish(booked(f"dawdles {number}"))
    wait_until(lambda: ledger.tallies("dawdles 0"))

    answers = [ledger.count(within=0.5) for _ in range(10)]

    assert len(answers) == 10
    assert not ledger.tallies("dawdles 29")
    wait_until(lambda: ledger.tallies("dawdles 29"), 60)


def test_after_the_last_try_an_event_is_parked_with_its_error(
    ledger: Ledger, process: ServiceProcess
) -> None:
    event = booked("torn at last")

    ledger.publish(event, request_id="abc-3", **LAST_TRY)

    wait_until(lambda: dead(ledger, "torn at last"))
    (letter,) = dead(ledger, "torn at last")
    assert letter.message_id == str(event.event_id)
    assert letter.queue == "ledger.tally"
    assert letter.error == "RuntimeError: the page is torn"
    assert letter.request_id == "abc-3"
    parked = process.wait_until_logged("an event was parked")
    assert json.loads(parked)["level"] == "error"
    assert "RuntimeError: the page is torn" in process.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "body", [b"not json", b"\xff\xfe\x00", b'{"text": "no event"}', b"", b'"\\ud800"']
)
def test_what_cannot_be_read_is_parked_at_once(ledger: Ledger, body: bytes) -> None:
    dead_letters.drop(ledger.amqp_url, lambda _: True)
    unreadable = replace(letter_of(booked("unreadable")), body=body)
    publisher = ConfirmingPublisher(ledger.amqp_url)

    publisher.publish(unreadable)
    publisher.close()

    wait_until(lambda: dead_letters.list_dead(ledger.amqp_url))
    (letter,) = dead_letters.list_dead(ledger.amqp_url)
    assert letter.body == body
    assert letter.error.startswith("Hopeless: not a ledger.booked.v1")


def test_a_parked_event_is_replayed_once_its_cause_is_mended(ledger: Ledger) -> None:
    ledger.publish(booked("torn and mended"), request_id="abc-4", **LAST_TRY)
    ledger.publish(booked("torn and left"), **LAST_TRY)
    wait_until(lambda: dead(ledger, "torn and mended") and dead(ledger, "torn and left"))
    ledger.book("mended")

    replayed = dead_letters.replay(ledger.amqp_url, is_about("torn and mended"))

    wait_until(lambda: ledger.tallies("torn and mended"))
    assert (replayed.count, replayed.homeless) == (1, [])
    assert dead(ledger, "torn and mended") == []
    assert len(dead(ledger, "torn and left")) == 1
    assert ledger.tallies("torn and mended")[0].request_id == "abc-4"


def test_a_dropped_event_is_gone(ledger: Ledger) -> None:
    publisher = ConfirmingPublisher(ledger.amqp_url)
    publisher.publish(replace(letter_of(booked("useless")), body=b"useless"))
    publisher.close()
    wait_until(lambda: dead(ledger, "useless"))

    assert dead_letters.drop(ledger.amqp_url, is_about("useless")) == 1

    assert dead(ledger, "useless") == []


def test_the_numbers_carry_the_name_of_their_process(ledger: Ledger, metrics_port: int) -> None:
    wanted = [
        'ledger_event_lag_seconds_count{handler="tally"}',
        'ledger_events_retried_total{queue="ledger.tally"}',
        'ledger_events_parked_total{queue="ledger.tally"}',
        'ledger_outbox_published_total{type="ledger.booked.v1"}',
        "ledger_outbox_oldest_seconds",
    ]

    wait_until(lambda: all(name in scrape(metrics_port) for name in wanted))

    assert "outbox_" not in scrape(metrics_port).replace("ledger_outbox_", "")


def scrape(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=3) as response:
        return str(response.read().decode())
