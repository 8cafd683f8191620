"""Where a failed delivery goes next, and who is told."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed, Unroutable
from chassis.broker.topology import Subscription
from chassis.clock import SetClock
from chassis.events.ladder import Delivery, Hopeless, Ladder
from contracts.errors import Unavailable
from contracts.event import MessageParked
from tests.support.ledger.messages import TALLY

CLOCK = SetClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
NOTES = Subscription("bot", "tell_parked", MessageParked)


class Sent(ConfirmingPublisher):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def publish(self, letter: Letter) -> None:
        self.letters.append(letter)


def delivery(tries: int = 0, *, name: str = "id-1", **headers: object) -> Delivery:
    given = {"x-tries": tries, **headers} if tries else headers
    return Delivery(TALLY, b"{}", name, given)


def sent_for(failed: Delivery, error: Exception | None = None) -> list[Letter]:
    sent = Sent()
    Ladder(sent, CLOCK).fail(failed, error or RuntimeError("no"))
    return sent.letters


def parked(failed: Delivery, error: Exception | None = None) -> tuple[MessageParked, Letter]:
    note, letter = sent_for(failed, error)
    return MessageParked.model_validate_json(note.body), letter


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1), (1, 5), (2, 30), (3, 120)])
def test_each_failure_waits_longer_and_comes_back_to_its_own_queue(
    tries: int, seconds: int
) -> None:
    (letter,) = sent_for(delivery(tries))

    assert letter.exchange == f"support.retry.{seconds}s"
    assert letter.routing_key == "ledger.tally"
    assert letter.headers["x-tries"] == tries + 1
    assert (letter.body, letter.message_id) == (b"{}", "id-1")


def test_after_the_last_it_is_parked_with_its_error() -> None:
    _, letter = parked(delivery(4), RuntimeError("x" * 5000))

    assert (letter.exchange, letter.routing_key) == ("", "support.dead")
    assert letter.headers["x-queue"] == "ledger.tally"
    assert letter.headers["x-tries"] == 5
    assert letter.headers["x-error"].startswith("RuntimeError: xxx")
    assert len(letter.headers["x-error"]) == 2000


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1), (1, 5), (2, 30), (3, 30), (4, 30)])
def test_while_a_database_is_away_it_is_tried_again_for_as_long_as_that_lasts(
    tries: int, seconds: int
) -> None:
    (letter,) = sent_for(delivery(tries), Unavailable("the database does not answer in time"))

    assert letter.exchange == f"support.retry.{seconds}s"
    assert letter.headers["x-tries"] <= 3


def test_what_is_hopeless_is_parked_at_once() -> None:
    note, letter = parked(delivery(), Hopeless("cannot be read"))

    assert letter.routing_key == "support.dead"
    assert note.tries == 1


def test_before_a_message_is_parked_it_is_told() -> None:
    first, _ = sent_for(delivery(4, request_id="abc"))

    note = MessageParked.model_validate_json(first.body)
    assert (first.exchange, first.routing_key) == ("support.events", "message.parked.v1")
    assert first.message_id == str(note.event_id)
    assert first.headers == {"request_id": "abc"}
    assert note.occurred_at == CLOCK.now()
    assert (note.process, note.queue, note.message_id) == ("ledger", "ledger.tally", "id-1")
    assert (note.tries, note.error) == (5, "RuntimeError: no")


def test_telling_again_is_known_to_be_the_same_and_another_parking_is_not() -> None:
    told, _ = parked(delivery(4))
    again, _ = parked(delivery(4), ValueError("otherwise"))
    others = [
        parked(delivery(4, name="id-2"))[0],
        parked(delivery(4, **{"x-replays": 1}))[0],
        parked(delivery(), Hopeless("no"))[0],
    ]

    assert told.event_id == again.event_id
    assert len({told.event_id, *(one.event_id for one in others)}) == 4


def test_the_parking_of_such_a_note_is_not_told() -> None:
    (letter,) = sent_for(Delivery(NOTES, b"{}", "id-1", {"x-tries": 4}))

    assert letter.routing_key == "support.dead"


def test_it_is_parked_even_if_nobody_listens() -> None:
    class Alone(Sent):
        def publish(self, letter: Letter) -> None:
            if letter.exchange:
                raise Unroutable("no queue is bound")
            super().publish(letter)

    sent = Alone()
    Ladder(sent, CLOCK).fail(delivery(4), RuntimeError("no"))

    assert [letter.routing_key for letter in sent.letters] == ["support.dead"]


def test_the_cause_goes_along_and_the_broker_s_own_notes_do_not() -> None:
    (letter,) = sent_for(delivery(1, request_id="abc", **{"x-death": [{"count": 1}]}))

    assert letter.headers == {"request_id": "abc", "x-tries": 2}


@pytest.mark.parametrize("tries", ["many", -3, None, 2.5])
def test_nonsense_in_the_header_counts_as_no_try(tries: object) -> None:
    (letter,) = sent_for(Delivery(TALLY, b"{}", "id-1", {"x-tries": tries}))

    assert letter.exchange == "support.retry.1s"


def test_what_came_without_an_id_gets_one_by_which_it_can_be_named() -> None:
    note, letter = parked(delivery(4, name=""))

    assert len(letter.message_id) == 32
    assert note.message_id == letter.message_id
    assert parked(Delivery(TALLY, b"[]", "", {"x-tries": 4}))[1].message_id != letter.message_id


def test_an_error_in_broken_words_is_told_as_far_as_it_can_be() -> None:
    _, letter = parked(delivery(4), RuntimeError("half \ud800 a pair"))

    assert letter.headers["x-error"] == "RuntimeError: half ? a pair"


@pytest.mark.parametrize("is_lost", [lambda letter: letter.exchange, lambda _: True])
def test_a_ladder_that_cannot_publish_says_so(is_lost: Callable[[Letter], bool]) -> None:
    class Away(Sent):
        def publish(self, letter: Letter) -> None:
            if is_lost(letter):
                raise PublishFailed("the broker is away")

    with pytest.raises(PublishFailed):
        Ladder(Away(), CLOCK).fail(delivery(4), RuntimeError("no"))
