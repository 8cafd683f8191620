"""What may be said anywhere in the desk."""

import pytest

from contracts.errors import Invalid
from contracts.texts import beginning, clean_text, is_blank


def test_white_space_around_is_taken_off_and_what_is_inside_kept() -> None:
    assert clean_text(" \n Две  строки\n<b>שלום</b> 👩‍💻 \t", "message", 100) == (
        "Две  строки\n<b>שלום</b> 👩‍💻"
    )


def test_the_limit_counts_what_is_left() -> None:
    assert clean_text("  12345  ", "message", 5) == "12345"


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("", "empty"),
        (" \n\t\u00a0", "empty"),
        ("\u200b\u2060 \ufeff", "empty"),
        ("123456", "too_long"),
        ("a\0b", "bad_characters"),
        ("a\ud800b", "bad_characters"),
        ("\udfff", "bad_characters"),
    ],
)
def test_a_refusal_names_the_field_and_the_matter(text: str, matter: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(text, "message", 5)

    assert refusal.value.details == {"message": matter}


@pytest.mark.parametrize("text", ["\u2800\ufffc", "\u3164\u115f", "\u034f\ufe0f"])
def test_letters_without_a_shape_are_nothing_to_read(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize(
    ("text", "longest", "kept"),
    [
        ("👨‍👩‍👧👨‍👩‍👧", 7, "👨‍👩‍👧"),
        ("🇰🇿🇰🇿", 3, "🇰🇿"),
        ("ае\u0301", 2, "а"),
        ("👋🏾", 1, "👋"),
        ("да", 2, "да"),
    ],
)
def test_a_cut_goes_through_no_character_unless_it_has_to(
    text: str, longest: int, kept: str
) -> None:
    assert beginning(text, longest) == kept
