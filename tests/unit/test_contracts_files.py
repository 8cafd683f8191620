"""What a file that somebody sent is called, and what a message says of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.event import Command, Message
from contracts.files import ENDINGS, NAME_LENGTH, clean_file_name
from contracts.tickets import LARGEST_FILE, AddUserMessage, AnswerTicket, KeptFile, OpenTicket
from contracts.tickets.commands import Attachments

KEY = "ab" * 32
PNG = "image/png"
EXAMPLES = Path(__file__).parents[1] / "contracts" / "examples" / "rpc"


class Sending(Message):
    attachments: Attachments


def kept(**given: Any) -> dict[str, Any]:
    return {"key": KEY, "media_type": PNG, "name": "снимок.png", "size": 7} | given


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("снимок экрана.png", "снимок экрана.png"),
        ("Holiday.PNG", "Holiday.PNG"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\anna\\a.png", "a.png"),
        ("..", "file.png"),
        ("", "file.png"),
        (".png", "png.png"),
        (" \u200b\u2060 ", "file.png"),
        ("a\0b\x1b[31m.png", "ab[31m.png"),
        ("photo\u202egnp.exe", "photognp.exe.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie_ x=1.png"),
        ("half\ud800pair.png", "halfpair.png"),
        ('<img src="x">.png', "_img src=_x__.png"),
        ("invoice.pdf.exe", "invoice.pdf.exe.png"),
        ("page.html", "page.html.png"),
        ("e\u0301.png", "\u00e9.png"),
        ("e\u200d\u0301.png", "\u00e9.png"),
    ],
)
def test_a_name_is_made_harmless_and_ends_in_what_the_file_is(called: str, shown: str) -> None:
    assert clean_file_name(called, PNG) == shown


def test_a_file_of_no_known_kind_keeps_its_ending() -> None:
    assert clean_file_name("SETUP.EXE", "") == "SETUP.EXE"


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    shown = clean_file_name("я" * 5000 + ".jpeg", "image/jpeg")

    assert shown == "я" * (NAME_LENGTH - 5) + ".jpeg"


LETTERS_AND_WHAT_JOINS_THEM = "eE<>/ .\u200d\u0301\u0338\u1112\u1161\u11ab\ud800\ufb1d"


@given(
    st.text() | st.text(LETTERS_AND_WHAT_JOINS_THEM),
    st.sampled_from([*ENDINGS, "application/x-later"]),
)
def test_what_is_clean_stays_as_it_is(called: str, media_type: str) -> None:
    shown = clean_file_name(called, media_type)

    assert clean_file_name(shown, media_type) == shown
    assert 0 < len(shown) <= NAME_LENGTH
    assert shown.isprintable()
    assert not set(shown) & set('/\\<>:"|?*')


def test_a_file_is_named_harmlessly_wherever_it_is_told_of() -> None:
    read = KeptFile.model_validate_json(json.dumps(kept(name="a/b\u202e.exe")))

    assert read.name == "b.exe.png"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "../etc"},
        {"key": KEY.upper()},
        {"key": KEY + "\n"},
        {"size": 0},
        {"size": LARGEST_FILE + 1},
        {"media_type": "image/png\r\nX: y"},
        {"media_type": "image"},
    ],
)
def test_what_no_store_would_tell_of_a_file_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KeptFile.model_validate(kept(**wrong))


def test_ten_files_come_with_a_message_at_most() -> None:
    assert len(Sending(attachments=[KeptFile(**kept())] * 10).attachments) == 10
    with pytest.raises(ValidationError):
        Sending(attachments=[KeptFile(**kept())] * 11)


@pytest.mark.parametrize("command", [OpenTicket, AddUserMessage, AnswerTicket])
def test_a_message_of_the_version_before_has_no_files(command: type[Command]) -> None:
    name = {OpenTicket: "open_ticket", AddUserMessage: "add_user_message"}
    stored = EXAMPLES / f"tickets.{name.get(command, 'answer_ticket')}.json"

    read = command.model_validate(json.loads(stored.read_text("utf-8"))["args"][0])

    assert read.model_dump()["attachments"] == []
