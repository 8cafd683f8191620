"""Letters that are published together: the broker's word on each of them, or none in time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed
from tests.support.ledger.messages import TALLY, booked, letter_of
from tests.support.queues import delete_queue, depth, take_all
from tests.support.wire import Wire

MANY = 500
PATIENCE_SECONDS, SLACK_SECONDS = 1.0, 1.5

PublisherTo = Callable[[str], ConfirmingPublisher]


@pytest.fixture
def wire(url: str) -> Iterator[Wire]:
    with Wire(urlsplit(url).port or 5672) as wire:
        yield wire


def letters(count: int) -> list[Letter]:
    return [letter_of(booked(str(number))) for number in range(count)]


def lost(letter: Letter) -> Letter:
    """One that no queue is bound for."""
    return replace(letter, routing_key="nobody.hears.v1")


def test_all_arrive_in_their_order_and_the_broker_has_said_so_of_each(
    url: str, publisher_to: PublisherTo
) -> None:
    published = letters(MANY)

    fates = publisher_to(url).publish_all(published)

    assert (fates.taken, fates.unroutable, fates.failure) == (set(range(MANY)), set(), None)
    arrived = [message.properties["message_id"] for message in take_all(url, TALLY.queue)]
    assert arrived == [letter.message_id for letter in published]


def test_what_finds_no_queue_is_told_from_what_does_also_when_it_is_the_same_twice(
    url: str, publisher_to: PublisherTo
) -> None:
    first, second, third = letters(3)
    publisher = publisher_to(url)

    for _ in range(2):
        fates = publisher.publish_all([lost(first), first, lost(second), lost(second), third])

        assert (fates.taken, fates.unroutable, fates.failure) == ({1, 4}, {0, 2, 3}, None)
    assert depth(url, TALLY.queue) == 4


def test_one_without_an_id_that_finds_no_queue_is_told_too(
    url: str, publisher_to: PublisherTo
) -> None:
    nameless, named = (replace(lost(letter_of(booked("a"))), message_id=""), letter_of(booked("b")))

    fates = publisher_to(url).publish_all([nameless, named])

    assert (fates.taken, fates.unroutable, fates.failure) == ({1}, {0}, None)


def test_one_that_need_not_reach_a_queue_is_taken_without_one(
    url: str, publisher_to: PublisherTo
) -> None:
    (letter,) = letters(1)

    fates = publisher_to(url).publish_all([replace(lost(letter), mandatory=False)])

    assert (fates.taken, fates.unroutable) == ({0}, set())


def test_what_a_full_queue_refuses_is_told_and_leaves_the_others_taken(
    url: str, publisher_to: PublisherTo
) -> None:
    full = "a-full-queue"
    connection = BrokerAddress.parse(url).connect()
    limits = {"x-max-length": 1, "x-overflow": "reject-publish"}
    connection.channel().queue_declare(full, auto_delete=False, arguments=limits)
    connection.close()
    filling, refused = (Letter(full, b"{}", str(number)) for number in range(2))
    first, last = letters(2)
    publisher = publisher_to(url)

    fates = publisher.publish_all([first, filling, refused, last])

    assert (fates.taken, fates.refused, fates.failure) == ({0, 1, 3}, {2}, None)
    with pytest.raises(PublishFailed, match="refused"):
        publisher.publish(refused)
    assert publisher.publish_all([first]).taken == {0}
    delete_queue(url, full)


def test_many_into_a_black_hole_end_within_the_seconds_of_one_and_none_counts_as_taken(
    url: str, wire: Wire
) -> None:
    publisher = ConfirmingPublisher(wire.instead_of(url), seconds=PATIENCE_SECONDS)
    assert publisher.publish_all(letters(1)).failure is None
    wire.swallow()

    began = time.monotonic()
    fates = publisher.publish_all(letters(MANY))
    took = time.monotonic() - began

    assert (fates.taken, fates.unroutable) == (set(), set())
    assert fates.failure is not None
    assert took < PATIENCE_SECONDS + SLACK_SECONDS
    wire.heal()
    assert publisher.publish_all(letters(2)).taken == {0, 1}
    publisher.close()
