"""Every event delivered three times and shuffled: order is not promised, so nothing may hang on it.

A failure is printed with the `seed` of its shuffling; SUPPORT_TEST_SEED repeats it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.support.botapi import running_telegram
from tests.support.busy_day import (
    BORIS,
    LATE_SECONDS,
    PEOPLE,
    BusyDay,
    all_come,
    chat,
    clocks,
    sight,
    wait_until_all_is_sent,
)
from tests.support.events import events
from tests.support.running_desk import NewDesk, RunningDesk
from tests.support.waiting import wait_until
from tests.support.wiretap import Wiretap, forget_what_was_heard, hearings, rows, tell_shuffled

TIMES = 3


@pytest.fixture(scope="module")
def first_desk(new_desk: NewDesk) -> Iterator[RunningDesk]:
    """All that it tells is counted, so it is nobody else's."""
    with new_desk() as desk:
        yield desk


@pytest.fixture(scope="module")
def day(first_desk: RunningDesk) -> Wiretap:
    """The day is over and all of it was heard."""
    wiretap = Wiretap(first_desk)
    BusyDay(first_desk).passes()
    wiretap.wait_until_all_is_heard()
    wait_until_all_is_sent(first_desk)
    return wiretap


@pytest.fixture
def second_desk(
    first_desk: RunningDesk,
    new_amqp_url: Callable[[], str],
    new_postgres_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningDesk]:
    """The same tickets and incidents, with an sla and a bot that have never heard of them."""
    fresh = {name: new_postgres_url() for name in ("sla", "bot")}
    with ExitStack() as stack:
        telegram = stack.enter_context(running_telegram())
        desk = RunningDesk(
            tmp_path_factory.mktemp("second"),
            new_amqp_url(),
            telegram,
            first_desk.databases | fresh,
        )
        stack.callback(desk.down)
        first_desk.stop_all()
        desk.set_clock(LATE_SECONDS)
        desk.up()
        yield desk


def test_the_day_tells_everything_that_is_told_on_a_day(day: Wiretap) -> None:
    assert {event.type for event in day.heard} == {event.type for event in events()}


def test_all_that_again_three_times_and_shuffled_changes_nothing(
    first_desk: RunningDesk, day: Wiretap, seed: int
) -> None:
    desk = first_desk
    before = sight(desk)
    told = rows(desk, "outbox")

    tell_shuffled(desk, day.heard, TIMES, seed)
    wait_until_all_is_sent(desk)

    assert sight(desk) == before
    assert rows(desk, "outbox") == told
    assert rows(desk, "announcements", "sla") == rows(desk, "outbox", "sla")


def test_who_has_forgotten_what_it_heard_knows_it_by_the_versions(
    first_desk: RunningDesk, day: Wiretap, seed: int
) -> None:
    """Each handler runs again: nothing but what it knows of the facts keeps it from acting."""
    desk = first_desk
    before, told, heard = sight(desk), rows(desk, "outbox"), rows(desk, "inbox")
    forget_what_was_heard(desk)

    tell_shuffled(desk, day.heard, TIMES, seed)
    wait_until_all_is_sent(desk)

    assert rows(desk, "inbox") == heard
    assert sight(desk) == before
    assert rows(desk, "outbox") == told


def test_heard_for_the_first_time_in_any_order_it_comes_to_the_same(
    first_desk: RunningDesk, day: Wiretap, second_desk: RunningDesk, seed: int
) -> None:
    was = clocks(first_desk)
    owners = [event for event in day.heard if not event.type.startswith("sla.")]
    *_, vera = all_come(second_desk.telegram)
    vera.blocks_the_bot()  # as on that day: what was refused then would arrive now

    tell_shuffled(second_desk, owners, TIMES, seed)
    wanted = hearings(owners, "sla", "bot")
    wait_until(lambda: rows(second_desk, "inbox", "sla", "bot") >= wanted)
    wait_until_all_is_sent(second_desk)

    assert clocks(second_desk) == was
    for person, name in PEOPLE.items():
        texts = Counter(said[1] for said in chat(second_desk.telegram, person))
        assert [text for text, times in texts.items() if times > 1] == [], name
    boris = " ".join(said[1] for said in chat(second_desk.telegram, BORIS))
    assert "Вот она" in boris
