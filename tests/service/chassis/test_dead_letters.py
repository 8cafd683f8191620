"""Looking through the parked messages neither loses, doubles nor reorders any."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import DEAD
from chassis.events import dead_letters
from chassis.events.dead_letters import DeadLetter, InUse
from chassis.events.ladder import ERROR, QUEUE, TRIES
from tests.support.ledger.messages import TALLY, booked
from tests.support.queues import delete_queue, depth, take_all
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]
Park = Callable[..., list[str]]


def everything(_letter: DeadLetter) -> bool:
    return True


@pytest.fixture
def park(url: str, publisher_to: Callable[[str], ConfirmingPublisher]) -> Park:
    """Parks so many messages for a queue; their ids."""
    publisher = publisher_to(url)

    def park(count: int, queue: str = TALLY.queue, **headers: object) -> list[str]:
        events = [booked(f"{queue} {number}") for number in range(count)]
        for event in events:
            given = {QUEUE: queue, TRIES: 5, ERROR: "RuntimeError: no", **headers}
            body, name = event.model_dump_json().encode(), str(event.event_id)
            publisher.publish(Letter(DEAD, body, name, headers=given))
        return [str(event.event_id) for event in events]

    return park


def ids(letters: list[DeadLetter]) -> list[str]:
    return [letter.message_id for letter in letters]


def test_a_list_may_be_read_again_and_again(url: str, park: Park) -> None:
    parked = park(30)

    for _ in range(3):
        letters = dead_letters.list_dead(url)
        assert ids(letters) == parked

    assert dead_letters.count_dead(url) == 30
    assert (letters[0].queue, letters[0].tries) == (TALLY.queue, 5)
    assert letters[0].error == "RuntimeError: no"


def test_the_chosen_go_back_in_their_order_and_the_rest_keeps_its_own(url: str, park: Park) -> None:
    parked = park(10)
    chosen = parked[1::2]

    replayed = dead_letters.replay(url, lambda letter: letter.message_id in chosen)

    assert (replayed.count, replayed.homeless) == (5, [])
    back = take_all(url, TALLY.queue)
    assert [message.properties["message_id"] for message in back] == chosen
    assert ids(dead_letters.list_dead(url)) == parked[0::2]


def test_the_ladder_stands_before_them_anew(url: str, park: Park) -> None:
    park(1, request_id="abc")

    dead_letters.replay(url, everything)

    (message,) = take_all(url, TALLY.queue)
    assert message.headers == {"request_id": "abc", "x-replays": 1}


def test_what_has_lost_its_queue_stays_and_holds_up_no_other(url: str, park: Park) -> None:
    lost = park(1, "ledger.renamed_since")
    park(2)
    nameless = park(1, "")

    replayed = dead_letters.replay(url, everything)

    assert replayed.count == 2
    assert ids(replayed.homeless) == lost + nameless
    assert ids(dead_letters.list_dead(url)) == lost + nameless


def test_only_one_at_a_time_has_them_in_hand(url: str, park: Park) -> None:
    parked = park(3)

    def look_meanwhile(_letter: DeadLetter) -> bool:
        for meddle in (dead_letters.replay, dead_letters.drop):
            with pytest.raises(InUse):
                meddle(url, everything)
        with pytest.raises(InUse):
            dead_letters.list_dead(url)
        return False

    assert dead_letters.drop(url, look_meanwhile) == 0
    assert ids(dead_letters.list_dead(url)) == parked


def test_a_replay_killed_on_the_way_loses_none(url: str, park: Park) -> None:
    """What it had just sent is in both places; its second replay has no effect."""
    parked = park(5)
    code = (
        "import sys; from chassis.crash import arm; from chassis.events import dead_letters\n"
        "arm('replay.after_publish')\n"
        "dead_letters.replay(sys.argv[1], lambda _: True)\n"
    )

    ended = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=False)

    assert ended.returncode == -signal.SIGKILL
    wait_until(lambda: dead_letters.count_dead(url) == 5)
    assert ids(dead_letters.list_dead(url)) == parked
    (back,) = take_all(url, TALLY.queue)
    assert back.properties["message_id"] == parked[0]


def test_dropping_takes_only_the_chosen(url: str, park: Park) -> None:
    parked = park(4)

    assert dead_letters.drop(url, lambda letter: letter.message_id == parked[0]) == 1

    assert ids(dead_letters.list_dead(url)) == parked[1:]
    assert depth(url, TALLY.queue) == 0


def test_where_nothing_was_ever_declared_nothing_is_parked(url: str) -> None:
    delete_queue(url, DEAD)

    assert dead_letters.count_dead(url) == 0
