"""A process that is killed at any line: afterwards each booking is there once, and heard once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.broker.address import BrokerAddress
from chassis.broker.topology import DELAYS_SECONDS, EVENTS, rung
from chassis.events import dead_letters
from chassis.events.ladder import TRIES
from contracts.event import MessageParked
from tests.support.ledger.messages import TALLY, booked
from tests.support.ledger.process import Ledger
from tests.support.queues import delete_queue, take_all
from tests.support.waiting import wait_until

LAST_TRY = {TRIES: len(DELAYS_SECONDS)}


@pytest.fixture
def ledger(amqp_of_crashes: str, database_url: str, tmp_path: Path) -> Iterator[Ledger]:
    for queue in (TALLY.queue, rung(1)):  # a repeat of the test before may still be on its way
        delete_queue(amqp_of_crashes, queue)
    ledger = Ledger(amqp_of_crashes, database_url, tmp_path / "log")
    yield ledger
    ledger.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def amqp_of_crashes(new_amqp_url: Callable[[], str]) -> str:
    return new_amqp_url()


@pytest.mark.parametrize(
    ("point", "database_url"),
    [
        ("transaction.before_commit", "sqlite"),
        ("transaction.before_commit", "postgresql"),
        ("transaction.after_commit", "sqlite"),
        ("transaction.after_commit", "postgresql"),
        ("relay.before_publish", "sqlite"),
        ("relay.before_publish", "postgresql"),
        ("relay.after_publish", "sqlite"),
        ("relay.after_publish", "postgresql"),
        ("consumer.before_handling", "sqlite"),
        ("consumer.before_acknowledging", "sqlite"),
        ("consumer.before_acknowledging", "postgresql"),
    ],
    indirect=["database_url"],
)
def test_a_booking_survives_a_crash_at(point: str, ledger: Ledger) -> None:
    with ledger.running(SUPPORT_CRASH_AT=point) as doomed:
        ledger.book_although_it_dies("bread", "1", doomed)

    with ledger.running():
        ledger.book_in_the_end("bread", "1")
        ledger.book("after", "2")
        wait_until(lambda: ledger.tallies("bread") and ledger.tallies("after"))

    assert ledger.entries() == ["bread", "after"]
    assert len(ledger.tallies("bread")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("point", ["ladder.before_publish", "ladder.after_publish"])
def test_a_retry_survives_a_crash_at(point: str, ledger: Ledger) -> None:
    with ledger.running(SUPPORT_CRASH_AT=point) as doomed:
        ledger.book_although_it_dies("stumbles once", "1", doomed)

    with ledger.running():
        wait_until(lambda: ledger.tallies("stumbles once"))
        ledger.book("after", "2")
        wait_until(lambda: ledger.tallies("after"))

    assert ledger.entries() == ["stumbles once", "after"]
    assert len(ledger.tallies("stumbles once")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "point", ["ladder.before_publish", "ladder.before_parking", "ladder.after_publish"]
)
def test_a_parking_survives_a_crash_at(point: str, ledger: Ledger) -> None:
    """Told once under one id; parked at least once, and once in effect when it is replayed."""
    dead_letters.drop(ledger.amqp_url, lambda _: True)
    with listening_to_notes(ledger.amqp_url) as notes:
        with ledger.running(SUPPORT_CRASH_AT=point) as doomed:
            event = booked("torn at last")
            ledger.publish(event, **LAST_TRY)
            wait_until(lambda: not doomed.is_running())

        with ledger.running():
            ledger.book("after", "2")
            wait_until(lambda: ledger.tallies("after"))
            wait_until(lambda: dead_letters.list_dead(ledger.amqp_url))
            assert {one.message_id for one in dead_letters.list_dead(ledger.amqp_url)} == {
                str(event.event_id)
            }
            assert ledger.tallies("torn at last") == []
            ledger.book("mended")
            dead_letters.replay(ledger.amqp_url, lambda _: True)
            wait_until(lambda: ledger.tallies("torn at last"))
            ledger.book("at the end")
            wait_until(lambda: ledger.tallies("at the end"))

        assert len(ledger.tallies("torn at last")) == 1
        told = [MessageParked.model_validate_json(note.body) for note in notes()]
        assert {note.message_id for note in told} == {str(event.event_id)}
        assert len({note.event_id for note in told}) == 1


def test_what_ends_its_process_each_time_is_parked_alone(ledger: Ledger) -> None:
    """Its neighbours were in hand each time that the process ended, and are counted for nothing."""
    dead_letters.drop(ledger.amqp_url, lambda _: True)
    neighbours = [f"dawdles {number}" for number in range(8)]
    for text in (*neighbours[:4], "deadly", *neighbours[4:]):
        ledger.publish(booked(text))

    deaths = 0
    while dies_of_what_it_has_in_hand(ledger):
        deaths += 1
    assert deaths == 5
    (letter,) = dead_letters.list_dead(ledger.amqp_url)
    assert (letter.tries, b"deadly" in letter.body) == (5, True)
    assert letter.error.startswith("Deadly: the process ended")

    with ledger.running():
        wait_until(lambda: all(ledger.tallies(text) for text in neighbours))
        ledger.book("mended")
        dead_letters.replay(ledger.amqp_url, lambda _: True)
        wait_until(lambda: ledger.tallies("deadly"))
    assert [len(ledger.tallies(text)) for text in (*neighbours, "deadly")] == [1] * 9
    assert ledger.attempts() == 0


def dies_of_what_it_has_in_hand(ledger: Ledger) -> bool:
    """Start it, and wait until it has died, or has parked something."""
    process = ledger.process()
    process.start()
    wait_until(lambda: not process.is_running() or dead_letters.list_dead(ledger.amqp_url))
    if process.is_running():
        process.stop()
        return False
    return True


@contextmanager
def listening_to_notes(amqp_url: str) -> Iterator[Callable[[], list[Any]]]:
    """A queue with what is told of parked messages."""
    queue = f"notes-{uuid4()}"
    connection = BrokerAddress.parse(amqp_url).connect()
    channel = connection.channel()
    channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
    channel.queue_declare(queue, durable=True, auto_delete=False)
    channel.queue_bind(queue, EVENTS, MessageParked.type)
    yield lambda: take_all(amqp_url, queue)
    channel.queue_delete(queue)
    connection.close()
