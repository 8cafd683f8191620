"""How many may need the services at once follows from how quick they are."""

import pytest

from services.gateway.places import FEWEST, MOST, QUICK_SECONDS, Places

SLOW = QUICK_SECONDS + 0.1


class Day:
    """Answers of the services, one after another."""

    def __init__(self) -> None:
        self.places = Places()
        self.now = 0.0

    def answers(self, count: int, seconds: float, *, every: float = 0.01) -> "Day":
        for _ in range(count):
            self.now += every
            self.places.learn(seconds, self.now, is_answered=True)
        return self


def test_at_first_there_are_as_many_as_there_may_be() -> None:
    assert (Places().number, Places().free) == (MOST, MOST)


def test_one_slow_answer_takes_a_quarter_of_them() -> None:
    assert Day().answers(1, SLOW).places.number == MOST * 3 // 4


def test_those_under_way_with_it_take_no_more() -> None:
    day = Day().answers(MOST, SLOW, every=QUICK_SECONDS / MOST / 2)

    assert day.places.number == MOST * 3 // 4


def test_slowness_that_goes_on_leaves_the_fewest() -> None:
    assert Day().answers(50, SLOW, every=QUICK_SECONDS).places.number == FEWEST


def test_quick_answers_bring_them_back_about_one_a_round() -> None:
    day = Day().answers(50, SLOW, every=QUICK_SECONDS)

    assert day.answers(FEWEST, QUICK_SECONDS).places.number in {FEWEST, FEWEST + 1}
    assert day.answers(MOST**2, QUICK_SECONDS).places.number == MOST


def test_a_failure_that_comes_at_once_brings_none_back() -> None:
    day = Day().answers(50, SLOW, every=QUICK_SECONDS)

    for _ in range(100):
        with pytest.raises(ZeroDivisionError), day.places.timing():
            _ = 1 / 0

    assert day.places.number == FEWEST


def test_a_failure_that_was_waited_for_counts_as_slow() -> None:
    places = Places()

    places.learn(SLOW, 1.0, is_answered=False)

    assert places.number < MOST


def test_when_they_become_fewer_who_is_inside_stays_and_nobody_comes_in() -> None:
    places = Places()
    assert all(places.take() for _ in range(MOST))

    places.learn(SLOW, 1.0, is_answered=True)

    assert not places.take()
    while places.free <= 0:
        places.give_back()
    assert places.take()


def test_the_number_is_told_from_the_start_on() -> None:
    told: list[int] = []

    places = Places(8, tell=told.append)
    places.learn(SLOW, 1.0, is_answered=True)

    assert told == [8, 6]


def test_no_more_come_in_than_there_are_places() -> None:
    places = Places()

    assert sum(places.take() for _ in range(2 * MOST)) == MOST
