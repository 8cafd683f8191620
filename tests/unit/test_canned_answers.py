"""Answers that agents give often: wrong ones are told when `support.toml` is read."""

from pathlib import Path

import pytest

from chassis.settings_check import faults_of
from contracts.desk import CannedText
from services.bot.arguments import WrongCall, canned_of

DESK = Path(__file__).parents[2] / "support.toml"
LONGEST = 3000


def faults(tmp_path: Path, **changes: str) -> list[str]:
    """What is said of a desk with one more canned answer."""
    parts = {
        "name": '"sorry"',
        "title": '{ ru = "Просим прощения", en = "We are sorry" }',
        "text": '{ ru = "Простите, {name}", en = "Sorry, {name}" }',
        **changes,
    }
    entry = "\n".join(f"{key} = {value}" for key, value in parts.items())
    file = tmp_path / "support.toml"
    file.write_text(f"{DESK.read_text('utf-8')}\n[[canned]]\n{entry}\n", "utf-8")
    found = faults_of(["bot"], {"SUPPORT_CONFIG": str(file)})
    return [fault.removeprefix(f"{file}: ") for fault in found]


def test_a_right_one_is_taken(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("name", '"Sorry you"', "1 to 20 of the signs"),
        ("name", f'"{"c" * 21}"', "1 to 20 of the signs"),
        ("name", '"7up"', "1 to 20 of the signs"),
        ("name", '"looking"', "canned has looking twice"),
        ("text", '{ ru = "Простите, {nmae}", en = "Sorry" }', "'{nmae}'; only {name} and {id}"),
        ("text", '{ ru = "Простите", en = "Sorry } {id}" }', "'}'; only {name} and {id}"),
        ("text", '{ ru = "Простите {", en = "Sorry" }', "'{'; only {name} and {id}"),
        ("text", '{ ru = "Простите {name.x}", en = "Sorry" }', "'{name.x}'"),
        ("text", '{ ru = " ", en = "Sorry" }', "is empty"),
        ("text", f'{{ ru = "{"ы" * (LONGEST + 1)}", en = "Sorry" }}', "at most 3000"),
        ("text", '{ ru = "Простите" }', "text.en"),
        ("title", '{ en = "Sorry" }', "title.ru"),
        ("titel", '"x"', "titel"),
    ],
)
def test_a_wrong_one_is_told_by_what_is_wrong(
    tmp_path: Path, part: str, value: str, words: str
) -> None:
    (fault,) = faults(tmp_path, **{part: value})

    assert words in fault
    assert "canned" in fault


def test_what_a_person_is_called_is_put_in_as_it_is() -> None:
    text = CannedText(ru="{name}: №{id}, {name}", en="{id}")

    assert text.filled("ru", name="{id} & <b>", ticket_id=42) == "{id} & <b>: №42, {id} & <b>"
    assert text.filled("en", name="x", ticket_id=42) == "42"


@pytest.mark.parametrize(
    ("argument", "read"),
    [
        ("", (None, None)),
        ("looking", (None, "looking")),
        ("42 Looking", (42, "looking")),
        ("#42  looking ", (42, "looking")),
    ],
)
def test_what_follows_the_command_is_read(
    argument: str, read: tuple[int | None, str | None]
) -> None:
    assert canned_of(argument) == read


@pytest.mark.parametrize("argument", ["42", "42 looking now", "looking now", "0 looking"])
def test_what_makes_no_sense_is_a_wrong_call(argument: str) -> None:
    with pytest.raises(WrongCall):
        canned_of(argument)
