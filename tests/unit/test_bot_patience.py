"""Rests between failures grow, and end growing."""

import pytest

from services.bot.patience import Patience


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 15.0), (5_000, 15.0)]
)
def test_a_rest_is_doubled_until_it_is_long_enough_however_often(
    failures: int, seconds: float
) -> None:
    assert Patience(first=0.5, longest=15.0).after(failures) == seconds
