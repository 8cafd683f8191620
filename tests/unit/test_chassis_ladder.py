"""Where a failed delivery goes next."""

import pytest

from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed
from chassis.events.ladder import Delivery, Hopeless, Ladder


class Sent(ConfirmingPublisher):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def publish(self, letter: Letter) -> None:
        self.letters.append(letter)


def after(tries: int, error: Exception, **headers: object) -> Letter:
    sent = Sent()
    given = {"x-tries": tries, **headers} if tries else headers
    Ladder(sent).fail(Delivery("ledger.tally", b"{}", "id-1", given), error)
    (letter,) = sent.letters
    return letter


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1), (1, 5), (2, 30), (3, 120)])
def test_each_failure_waits_longer_and_comes_back_to_its_own_queue(
    tries: int, seconds: int
) -> None:
    letter = after(tries, RuntimeError("no"))

    assert letter.exchange == f"support.retry.{seconds}s"
    assert letter.routing_key == "ledger.tally"
    assert letter.headers["x-tries"] == tries + 1
    assert (letter.body, letter.message_id) == (b"{}", "id-1")


def test_after_the_last_it_is_parked_with_its_error() -> None:
    letter = after(4, RuntimeError("x" * 5000))

    assert (letter.exchange, letter.routing_key) == ("", "support.dead")
    assert letter.headers["x-queue"] == "ledger.tally"
    assert letter.headers["x-tries"] == 5
    assert letter.headers["x-error"].startswith("RuntimeError: xxx")
    assert len(letter.headers["x-error"]) == 2000


def test_what_is_hopeless_is_parked_at_once() -> None:
    assert after(0, Hopeless("cannot be read")).routing_key == "support.dead"


def test_the_cause_goes_along_and_the_broker_s_own_notes_do_not() -> None:
    letter = after(1, RuntimeError("no"), request_id="abc", **{"x-death": [{"count": 1}]})

    assert letter.headers == {"request_id": "abc", "x-tries": 2}


def test_a_ladder_that_cannot_publish_says_so() -> None:
    class Away(Sent):
        def publish(self, letter: Letter) -> None:
            raise PublishFailed("the broker is away")

    with pytest.raises(PublishFailed):
        Ladder(Away()).fail(Delivery("ledger.tally", b"{}", "id-1", {}), RuntimeError("no"))
