"""Escaping, measuring and cutting: whatever people write, Telegram can read what is sent."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botapi.html import parse
from services.bot.markup import Html, escape, excerpt, one_line, split, units, visible_units
from tests.support.as_shown import eyes

HOSTILE = [
    "<b>жирно</b>",
    "</b></i>",
    "&lt;&amp;&&",
    "<script>alert(1)</script>",
    "a < b > c",
    "*_`[](x)",
    "😀👨‍👩‍👧‍👦",
    "\u202eRTL",
    "{subject} %s {0}",
    "\x00\x08\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_comes_out_as_they_wrote_it(text: str) -> None:
    shown = parse(f"<b>{escape(text)}</b>").text

    assert shown == re.sub("[\x00-\x08\ud800-\udfff]", "", text)


def test_length_is_counted_as_telegram_does() -> None:
    assert units("a😀") == 3
    assert visible_units("<b>&lt;😀</b>") == 3


def test_one_line_is_one_line_and_ends_where_it_must() -> None:
    assert one_line("a\n b\t\u202ec") == "a b c"
    assert one_line("слово " * 100, 20) == "слово слово слово с…"


def test_an_excerpt_does_not_cut_a_character_in_two() -> None:
    assert excerpt("😀😀", 3) == ("😀", True)
    assert excerpt("да", 3) == ("да", False)


def test_a_short_text_stays_whole() -> None:
    assert split(Html("<b>a</b>"), 10) == ["<b>a</b>"]


def test_it_is_cut_between_paragraphs_before_lines_and_words() -> None:
    assert split(Html("one two\n\nthree four"), 12) == ["one two", "three four"]
    assert split(Html("one two\nthree"), 8) == ["one two", "three"]
    assert split(Html("one two"), 5) == ["one", "two"]
    assert split(Html("onetwo"), 4) == ["onet", "wo"]


def test_a_tag_that_is_open_at_a_cut_is_closed_and_opened_anew() -> None:
    assert split(Html("<b>one\n\ntwo</b> x"), 5) == ["<b>one</b>", "<b>two</b> x"]


@pytest.mark.parametrize(
    "body", ["x" * 95, "x" * 190, "x" * 80 + "\n" + "y" * 15, "\n\n".join(["x" * 60] * 3)]
)
def test_a_heading_goes_with_the_beginning_of_its_text(body: str) -> None:
    first, *others = split(Html(f"💬 <b>Support answers</b> (Olga)\n\n{body}"), 100)

    assert first.startswith("💬 <b>Support answers</b> (Olga)\n\nx")
    assert all(visible_units(part) <= 100 for part in (first, *others))
    assert len(others) == -(-(len(body) - 72) // 100)


def test_a_line_with_an_author_never_ends_a_message() -> None:
    said = [f"👤 <b>Ivan</b>, 1{n}:00\n{'x' * length}" for n, length in enumerate((60, 70, 98))]

    parts = split(Html("\n\n".join(said)), 100)

    assert [part.rpartition("\n")[2][:1] for part in parts] == ["x"] * len(parts)
    assert parts[:2] == said[:2]


def test_a_space_inside_a_tag_is_no_place_to_cut() -> None:
    link = '<a href="https://desk.example/a b">ab</a>'

    assert split(Html(f"one {link} two"), 6) == [f"one {link}", "two"]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), max_size=12),
    st.integers(2, 40),
)
def test_nothing_is_lost_and_every_part_can_be_read(words: list[str], limit: int) -> None:
    text = Html("\n".join(f"<b>{escape(word)}</b> <i>x</i>" for word in words))

    parts = split(text, limit)

    assert all(units(parse(part).text) <= limit for part in parts)
    seen = "".join(character for part in parts for character in eyes(parse(part).text))
    assert seen == "".join(eyes(html.unescape(re.sub(r"</?[bi]>", "", text))))
