"""What a ticket is called when nobody named it."""

import pytest

from contracts.tickets import SUBJECT_LENGTH
from services.tickets.domain.texts import subject_of


@pytest.mark.parametrize(
    ("description", "subject"),
    [
        ("Не могу войти", "Не могу войти"),
        ("  Не могу войти  \nсовсем", "Не могу войти"),
        ("\n\n\u2028Вход\r\nпотом", "Вход"),
        ("\u200b\n\u2800\nВход", "Вход"),
        ("x" * SUBJECT_LENGTH, "x" * SUBJECT_LENGTH),
    ],
)
def test_it_is_the_first_line(description: str, subject: str) -> None:
    assert subject_of(description) == subject


def test_a_long_line_is_cut_at_a_word() -> None:
    subject = subject_of("слово " * 100)

    assert subject.endswith("слово…")
    assert len(subject) <= SUBJECT_LENGTH


def test_a_long_word_is_cut_in_the_middle() -> None:
    assert subject_of("x" * 500) == "x" * (SUBJECT_LENGTH - 1) + "…"


def test_no_character_is_cut_in_two() -> None:
    assert subject_of("x" * (SUBJECT_LENGTH - 3) + "👨‍👩‍👧") == "x" * (SUBJECT_LENGTH - 3) + "…"
