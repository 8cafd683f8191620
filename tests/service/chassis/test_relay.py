"""From a committed row to the broker's queue: each event at least once, none held up by another."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from amqp import Message as AmqpMessage
from sqlalchemy import select

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Fates, Letter, PublishFailed
from chassis.broker.topology import DEAD, EVENTS, declare
from chassis.clock import SetClock
from chassis.events.outbox import announce, is_backed_up
from chassis.events.relay import BATCH, Relay
from chassis.metrics import outbox_meters
from chassis.storage.database import Database
from chassis.storage.limits import STATEMENT_SECONDS
from chassis.storage.store import Store
from chassis.storage.tables import OutboxRow
from contracts.errors import Conflict
from contracts.event import Event
from tests.support.ledger.messages import TALLY, Book, EntryView, Whispered, booked
from tests.support.ledger.process import Ledger
from tests.support.ledger.usecases import book
from tests.support.queues import delete_queue, depth, take_all

PublisherTo = Callable[[str], ConfirmingPublisher]
RelayBy = Callable[[ConfirmingPublisher], Relay]


@pytest.fixture
def relay_by(store: Store) -> Callable[[ConfirmingPublisher], Relay]:
    """Makes a relay that publishes by the given publisher."""
    meters = outbox_meters("ledger")
    return lambda publisher: Relay(store.database, publisher, store.clock, meters)


@pytest.fixture
def relay(relay_by: RelayBy, publisher_to: PublisherTo, url: str) -> Relay:
    return relay_by(publisher_to(url))


def tell(store: Store, *events: Event) -> None:
    with store.writing() as session:
        for event in events:
            announce(session, event)


def rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def told(url: str) -> list[str]:
    return [
        TALLY.event.model_validate_json(message.body).text  # type: ignore[attr-defined]
        for message in take_all(url, TALLY.queue)
    ]


def assert_the_first_stepped_aside(database: Database, error: str) -> None:
    """And the second went out meanwhile."""
    early, after = rows(database)
    assert after.published_at is not None
    assert (early.published_at, early.tries, early.last_error) == (None, 1, error)


def test_an_event_is_in_the_outbox_when_its_rows_are(store: Store) -> None:
    store.once(EntryView, book, Book(command_id="1", text="bread"))

    (row,) = rows(store.database)
    assert row.type == "ledger.booked.v1"
    assert row.mandatory


def test_an_event_is_not_in_the_outbox_when_its_rows_are_not(store: Store) -> None:
    with pytest.raises(Conflict):
        store.once(EntryView, book, Book(command_id="1", text="refused"))

    assert rows(store.database) == []


def test_what_waits_is_published_once(store: Store, relay: Relay, url: str) -> None:
    tell(store, booked("bread"), booked("milk"))

    relay.run_once()
    relay.run_once()

    assert told(url) == ["bread", "milk"]
    assert all(row.published_at for row in rows(store.database))


def test_a_message_names_its_event_and_the_request_that_caused_it(
    store: Store, relay: Relay, url: str
) -> None:
    event = booked("bread")
    tell(store, event)
    with store.writing() as session:
        session.scalars(select(OutboxRow)).one().request_id = "abc"

    relay.run_once()

    (message,) = take_all(url, TALLY.queue)
    assert message.properties["message_id"] == str(event.event_id)
    assert message.properties["delivery_mode"] == 2
    assert message.headers["request_id"] == "abc"


def test_an_event_nobody_listens_to_goes_out_without_a_queue(store: Store, relay: Relay) -> None:
    whisper = Whispered(event_id=uuid4(), occurred_at=store.now(), version=1)
    tell(store, whisper)

    relay.run_once()

    assert rows(store.database)[0].published_at is not None


def test_an_unroutable_event_steps_aside_and_goes_out_once_its_queue_exists(
    store: Store, clock: SetClock, relay: Relay, url: str
) -> None:
    delete_queue(url, TALLY.queue)
    whisper = Whispered(event_id=uuid4(), occurred_at=store.now(), version=1)
    tell(store, booked("early"), whisper)

    relay.run_once()

    assert_the_first_stepped_aside(store.database, "no queue is bound")
    declare(url, [TALLY])
    relay.run_once()
    assert told(url) == []

    clock.advance(seconds=2)
    relay.run_once()
    assert told(url) == ["early"]


def test_what_stepped_aside_does_not_wait_for_a_clock_that_was_set_back(
    store: Store, clock: SetClock, relay: Relay, url: str
) -> None:
    delete_queue(url, TALLY.queue)
    tell(store, booked("early"))
    relay.run_once()
    declare(url, [TALLY])

    clock.advance(hours=-3)
    relay.run_once()

    assert told(url) == ["early"]


def test_an_event_that_a_full_queue_refuses_steps_aside_and_goes_out_once_there_is_room(
    store: Store, clock: SetClock, relay: Relay, url: str
) -> None:
    full = "a-full-queue-of-events"
    limits = {"x-max-length": 1, "x-overflow": "reject-publish"}
    with BrokerAddress.parse(url).connect() as connection:
        channel = connection.channel()
        channel.queue_declare(full, auto_delete=False, arguments=limits)
        channel.queue_bind(full, EVENTS, TALLY.event.type)
        channel.basic_publish(AmqpMessage("the one it has room for"), routing_key=full)
    whisper = Whispered(event_id=uuid4(), occurred_at=store.now(), version=1)
    tell(store, booked("early"), whisper)

    relay.run_once()

    assert_the_first_stepped_aside(store.database, "a queue refused it")
    delete_queue(url, full)
    clock.advance(seconds=2)
    relay.run_once()
    assert told(url) == ["early", "early"], "its other queues had it at once, and have it again"
    assert rows(store.database)[0].published_at is not None


def test_one_that_found_no_queue_for_a_day_holds_up_nothing(
    store: Store, clock: SetClock, relay: Relay, url: str
) -> None:
    delete_queue(url, TALLY.queue)
    tell(store, booked("early"))
    with store.writing() as session:
        session.scalars(select(OutboxRow)).one().tries = 1500

    relay.run_once()
    relay.run_once()

    (early,) = rows(store.database)
    assert early.tries == 1501
    declare(url, [TALLY])
    clock.advance(seconds=64)
    relay.run_once()
    assert told(url) == ["early"]


def test_events_wait_until_all_queues_have_been_declared(
    store: Store, relay_by: RelayBy, url: str
) -> None:
    delete_queue(url, DEAD)
    publisher = ConfirmingPublisher(url, needs=DEAD)
    relay = relay_by(publisher)
    tell(store, booked("early"))

    with pytest.raises(PublishFailed, match=DEAD):
        relay.run_once()
    assert told(url) == []

    declare(url, [TALLY])
    relay.run_once()
    assert told(url) == ["early"]
    publisher.close()


def test_a_broker_that_is_away_keeps_events_waiting(
    store: Store, relay: Relay, relay_by: RelayBy, url: str
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"amqp://127.0.0.1:{nobody.getsockname()[1]}//"
    tell(store, booked("bread"))

    with pytest.raises(PublishFailed):
        relay_by(ConfirmingPublisher(away)).run_once()

    assert rows(store.database)[0].published_at is None
    relay.run_once()
    assert told(url) == ["bread"]


def test_a_failure_in_the_middle_keeps_what_was_confirmed(
    store: Store, relay_by: RelayBy, publisher_to: PublisherTo, url: str
) -> None:
    relay = relay_by(Faltering(publisher_to(url)))
    tell(store, booked("bread"), booked("milk"))

    with pytest.raises(PublishFailed):
        relay.run_once()
    relay.run_once()

    assert told(url) == ["bread", "milk"]


class Faltering(ConfirmingPublisher):
    """Publishes through another; at first it says that the broker went away after one letter."""

    def __init__(self, publisher: ConfirmingPublisher) -> None:
        self._publisher = publisher
        self._falters = True

    def publish_all(self, letters: Sequence[Letter]) -> Fates:
        if not self._falters:
            return self._publisher.publish_all(letters)
        self._falters = False
        fates = self._publisher.publish_all(letters[:1])
        return replace(fates, failure=PublishFailed("the broker went away"))


def test_a_full_batch_says_that_there_is_more(store: Store, relay: Relay, url: str) -> None:
    tell(store, *(booked(str(number)) for number in range(BATCH + 1)))

    assert relay.run_once()
    assert not relay.run_once()

    assert depth(url, TALLY.queue) == BATCH + 1


def test_whoever_has_much_to_tell_sees_how_much_waits(store: Store, relay: Relay) -> None:
    tell(store, *[booked(str(number)) for number in range(3)])

    assert store.ask(lambda session: is_backed_up(session, 2))
    assert not store.ask(lambda session: is_backed_up(session, 3))
    with store.writing() as session:
        session.scalars(select(OutboxRow)).first().next_try_at = store.now()  # type: ignore[union-attr]
    assert not store.ask(lambda session: is_backed_up(session, 2)), "one has stepped aside"
    relay.run_once()
    assert not store.ask(lambda session: is_backed_up(session, 0))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_replicas_share_the_outbox_and_double_nothing(
    store: Store, relay_by: RelayBy, publisher_to: PublisherTo, url: str
) -> None:
    wanted = {str(number) for number in range(3 * BATCH)}
    tell(store, *(booked(text) for text in wanted))
    start = threading.Barrier(2)

    def replica() -> bool:
        relay = relay_by(publisher_to(url))
        start.wait()
        had_a_full_share = relay.run_once()
        while relay.run_once():
            pass
        return had_a_full_share

    with ThreadPoolExecutor(2) as threads:
        replicas = [threads.submit(replica) for _ in range(2)]

    assert [each.result() for each in replicas] == [True, True]
    texts = told(url)
    assert len(texts) == len(wanted)
    assert set(texts) == wanted


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_publishing_for_longer_than_a_statement_may_take_breaks_nothing(
    store: Store, relay_by: RelayBy, publisher_to: PublisherTo, url: str
) -> None:
    tell(store, booked("bread"))

    relay_by(Slow(publisher_to(url))).run_once()

    assert told(url) == ["bread"]
    assert rows(store.database)[0].published_at is not None


class Slow(ConfirmingPublisher):
    """Publishes through another, after longer than the database lets a statement run."""

    def __init__(self, publisher: ConfirmingPublisher) -> None:
        self._publisher = publisher

    def publish_all(self, letters: Sequence[Letter]) -> Fates:
        threading.Event().wait(STATEMENT_SECONDS + 0.3)
        return self._publisher.publish_all(letters)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_relay_finds_a_connection_while_every_worker_holds_one(
    store: Store, relay: Relay, url: str
) -> None:
    tell(store, booked("bread"))

    with ExitStack() as workers:
        for _ in range(10):
            workers.enter_context(store.reading()).execute(select(OutboxRow))
        relay.run_once()

    assert told(url) == ["bread"]


def test_what_the_last_worker_commits_goes_out_before_the_end(
    url: str, database_url: str, tmp_path: Path
) -> None:
    """Else it would wait for the next start: nobody else publishes the outbox of a lone service."""
    ledger = Ledger(url, database_url, tmp_path / "log")
    with ledger.running() as process:
        ledger.ask_to_book("outlives the consumers")
        process.wait_until_logged("in hand")
        assert process.stop() == 0
    committed = rows(ledger.database)
    ledger.close()

    assert committed
    assert all(row.published_at for row in committed)
