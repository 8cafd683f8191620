"""How a message looks in a terminal."""

from pathlib import Path
from typing import Any

from botapi.sights import Button, ChatMessage, Photo, SeenFile
from cli.rendering import rendered


def message(text: str, **changes: Any) -> ChatMessage:
    plain: dict[str, Any] = {
        "id": 1,
        "author": "desk",
        "author_id": 9,
        "is_from_bot": True,
        "text": text,
        "entities": (),
        "rows": (),
        "markup": None,
        "reply_to": None,
        "sent_at": 1.0,
        "edited_at": None,
        "is_silent": False,
        "is_deleted": False,
        "earlier_texts": (),
    }
    return ChatMessage(**{**plain, **changes})


def test_buttons_are_numbered_through_all_rows() -> None:
    rows = (
        (Button("Reply", "r", None), Button("Take", "t", None)),
        (Button("Resolve", "x", None),),
    )

    shown = rendered(message("Ticket 42", rows=rows), in_colour=False)

    assert shown == "desk: Ticket 42\n  [1] Reply [2] Take\n  [3] Resolve"


def test_without_a_terminal_there_is_no_colour() -> None:
    bold = ({"type": "bold", "offset": 0, "length": 4},)

    assert rendered(message("Done now", entities=bold), in_colour=False) == "desk: Done now"


def test_styles_count_emoji_as_telegram_does() -> None:
    bold = ({"type": "bold", "offset": 3, "length": 2},)

    shown = rendered(message("😀 ok!", entities=bold), in_colour=True)

    assert shown == "desk: 😀 \033[0m\033[1mok\033[0m!"


def test_nested_styles_are_worn_together() -> None:
    nested = (
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "italic", "offset": 1, "length": 1},
    )

    shown = rendered(message("abc", entities=nested), in_colour=True)

    assert shown == "desk: \033[0m\033[1ma\033[0m\033[1m\033[3mb\033[0m\033[1mc\033[0m"


def test_a_link_shows_where_it_leads() -> None:
    link = ({"type": "text_link", "offset": 0, "length": 4, "url": "https://a.example/"},)

    shown = rendered(message("here", entities=link), in_colour=False)

    assert shown == "desk: here\n  <https://a.example/>"


def test_a_photo_is_named_with_its_size_and_place() -> None:
    photo, rows = Photo(900, 600), ((Button("More", "m", None),),)
    seen = message("Figures", photo=photo, file=SeenFile("photo", None, None, 9), rows=rows)

    assert (
        rendered(seen, in_colour=False, saved=Path("/d/1.png"))
        == "desk: Figures\n  [photo 900×600, saved as /d/1.png]\n  [1] More"
    )


def test_any_other_file_is_named_with_its_kind_and_its_name() -> None:
    note = message("", file=SeenFile("video_note", None, None, 9))
    bill = message("Bill", file=SeenFile("document", "bill.pdf", "application/pdf", 9))

    assert rendered(note, in_colour=False) == "desk:\n  [video note]"
    assert rendered(bill, in_colour=False) == "desk: Bill\n  [document bill.pdf]"
