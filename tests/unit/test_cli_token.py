"""Spans of time as `./support token --ttl` takes them."""

import click
import pytest

from cli.token import Span


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800)],
)
def test_a_span_is_a_number_with_a_unit(written: str, seconds: int) -> None:
    assert Span().convert(written, None, None) == seconds


@pytest.mark.parametrize("written", ["", "0", "-5", "1w", "ten", "1.5h", "9999999999"])
def test_anything_else_is_refused_with_examples(written: str) -> None:
    with pytest.raises(click.BadParameter, match="12h"):
        Span().convert(written, None, None)
