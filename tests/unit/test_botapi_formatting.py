import pytest

from botapi.entities import Entity
from botapi.errors import ApiError
from botapi.formatting import format_text


def refusal(source: str, parse_mode: str = "") -> str:
    with pytest.raises(ApiError) as caught:
        format_text(source, parse_mode, None)
    return caught.value.description


def test_the_limit_counts_units_after_parsing() -> None:
    tagged = f"<b>{'&lt;' * 4096}</b>"

    assert format_text(tagged, "HTML", None).text == "<" * 4096
    assert refusal("<" * 4097) == "Bad Request: message is too long"


def test_an_emoji_takes_two_of_the_limit() -> None:
    assert format_text("😀" * 2048, "", None).text == "😀" * 2048
    assert refusal("😀" * 2048 + "x") == "Bad Request: message is too long"


def test_an_empty_text_is_refused() -> None:
    assert refusal("") == "Bad Request: message text is empty"


@pytest.mark.parametrize(
    "source", [" \n ", "<b> </b>", "<i></i>", "\u200b\ufeff\u202e", "\u2800\ufffc\U000e0041"]
)
def test_a_text_of_nothing_that_can_be_seen_is_refused(source: str) -> None:
    assert refusal(source, "HTML") == "Bad Request: text must be non-empty"


def test_a_lone_surrogate_is_refused() -> None:
    assert refusal("\ud800") == "Bad Request: strings must be encoded in UTF-8"


def test_an_unknown_parse_mode_is_refused() -> None:
    assert refusal("x", "XML") == "Bad Request: unsupported parse_mode"


def test_space_around_is_cut_off_and_entities_move_along() -> None:
    formatted = format_text("  <b> bold </b>  ", "HTML", None)

    assert formatted.text == "bold"
    assert formatted.entities == (Entity("bold", 0, 4),)


def test_control_characters_become_spaces() -> None:
    assert format_text("a\0b\r\nc\td", "", None).text == "a b\nc d"


def test_entities_given_apart_are_kept() -> None:
    given = [{"type": "bold", "offset": 0, "length": 1}]

    assert format_text("x", "", given).entities == (Entity("bold", 0, 1),)


@pytest.mark.parametrize(
    ("text", "kind", "offset", "length"),
    [
        ("/start now", "bot_command", 0, 6),
        ("😀 tap /view_42.", "bot_command", 7, 8),
        ("/start@desk_bot", "bot_command", 0, 15),
        ("see https://desk.example/a?b=1.", "url", 4, 26),
        ("write to @anna_b!", "mention", 9, 7),
        ("a #тикет", "hashtag", 2, 6),
        ("mail anna@desk.example", "email", 5, 17),
    ],
)
def test_what_telegram_finds_by_itself(text: str, kind: str, offset: int, length: int) -> None:
    assert format_text(text, "", None).entities == (Entity(kind, offset, length),)


@pytest.mark.parametrize("text", ["and/or", "a//b", "1 / 2", "a@", "#1"])
def test_what_is_no_entity(text: str) -> None:
    assert format_text(text, "", None).entities == ()


def test_nothing_is_found_inside_code_or_links() -> None:
    source = '<code>/start</code> <a href="https://desk.example/">/view_1</a>'

    kinds = [entity.type for entity in format_text(source, "HTML", None).entities]

    assert kinds == ["code", "text_link"]
