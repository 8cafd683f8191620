"""How many may ask the services at once follows from how quick they are."""

from collections.abc import Callable

import pytest

from contracts.errors import Unavailable
from services.gateway.window import FEWEST, LEFT, MORE_PER_SECOND, SLOW_SECONDS, Window

MOST = 48
SLOW = SLOW_SECONDS + 0.1


class Day:
    """A window, and questions to the services, one after another."""

    def __init__(self, most: int = MOST, tell: Callable[[int], None] = lambda _: None) -> None:
        self.now = 0.0
        self.window = Window(most, tell=tell, clock=lambda: self.now)

    def fills_up(self) -> "Day":
        while self.window.enter():
            pass
        return self

    def asks(self, seconds: float) -> "Day":
        with self.window.timing():
            self.now += seconds
        return self

    def is_as_slow_as_can_be(self) -> "Day":
        for _ in range(50):
            self.asks(SLOW)
        return self


def test_at_first_it_is_as_large_as_it_may_be() -> None:
    window = Day().window

    assert (window.size, window.free) == (MOST, MOST)


def test_no_more_come_in_than_it_is_large_and_whoever_leaves_makes_room() -> None:
    window = Day().window
    assert sum(window.enter() for _ in range(2 * MOST)) == MOST

    window.leave()

    assert [window.enter(), window.enter()] == [True, False]


def test_one_slow_answer_takes_a_quarter_when_many_ask() -> None:
    assert Day().fills_up().asks(SLOW).window.size == MOST * LEFT


def test_a_failure_that_was_waited_for_is_as_slow() -> None:
    day = Day().fills_up()

    def waits_in_vain() -> None:
        with day.window.timing():
            day.now += SLOW
            raise Unavailable("no answer")

    with pytest.raises(Unavailable):
        waits_in_vain()
    assert day.window.size == MOST * LEFT


def test_a_quick_answer_takes_nothing() -> None:
    assert Day().fills_up().asks(SLOW_SECONDS).window.size == MOST


def test_one_that_is_slow_while_few_ask_is_so_for_another_reason() -> None:
    day = Day()
    day.window.enter()

    assert day.is_as_slow_as_can_be().window.size == MOST


def test_those_that_were_under_way_with_a_slow_one_take_no_more() -> None:
    day = Day().fills_up()
    day.now = SLOW

    for place in range(MOST):
        day.window.learn(0.0, SLOW + place / MOST)

    assert day.window.size == MOST * LEFT


def test_slowness_that_goes_on_leaves_a_few() -> None:
    assert FEWEST <= Day().fills_up().is_as_slow_as_can_be().window.size <= FEWEST + 3


@pytest.mark.parametrize("seconds", [1, 5, 60])
def test_it_grows_again_with_time_also_while_nobody_asks(seconds: float) -> None:
    day = Day().fills_up().is_as_slow_as_can_be()
    before = day.window.size

    day.now += seconds

    grown = min(MOST, before + seconds * MORE_PER_SECOND)
    assert day.window.size == pytest.approx(grown, abs=1)


def test_when_it_shrinks_who_is_inside_stays_and_nobody_comes_in() -> None:
    window = Day().fills_up().is_as_slow_as_can_be().window

    assert window.free < 0
    assert not window.enter()
    while window.free <= 0:
        window.leave()
    assert window.enter()


def test_its_size_is_told_from_the_start_on() -> None:
    told: list[int] = []
    day = Day(8, told.append).fills_up().asks(SLOW)
    day.window.enter()

    assert (told[0], told[-1]) == (8, 6)
