from hypothesis import given
from hypothesis import strategies as st

from botapi import utf16


def test_an_emoji_counts_two_units() -> None:
    assert utf16.length("a😀б") == 4


def test_offsets_skip_two_units_over_an_emoji() -> None:
    assert utf16.offsets("a😀b") == [0, 1, 3, 4]


def test_a_part_is_cut_out_by_units() -> None:
    assert utf16.cut("😀 /view_42 😀", 3, 8) == "/view_42"


@given(st.text())
def test_the_length_is_that_of_the_encoded_text(text: str) -> None:
    assert utf16.length(text) == len(text.encode("utf-16-le")) // 2


@given(st.text(), st.text())
def test_the_last_offset_is_where_the_next_text_begins(first: str, second: str) -> None:
    assert utf16.offsets(first)[-1] + utf16.length(second) == utf16.length(first + second)
