import pytest

from botapi.errors import ApiError
from botapi.keyboards import read_markup
from botapi.wire import Json, Parameters


def read(*buttons: Json) -> Json | None:
    return read_markup(Parameters({"reply_markup": {"inline_keyboard": [list(buttons)]}}))


def refusal(button: Json) -> str:
    with pytest.raises(ApiError) as caught:
        read(button)
    return caught.value.description


@pytest.mark.parametrize("data", ["x", "я" * 32])
def test_data_of_up_to_64_bytes_is_taken(data: str) -> None:
    button = {"text": "Take", "callback_data": data}

    assert read(button) == {"inline_keyboard": [[button]]}


@pytest.mark.parametrize("data", ["", "x" * 65, "я" * 33])
def test_other_data_is_invalid(data: str) -> None:
    assert refusal({"text": "Take", "callback_data": data}) == "Bad Request: BUTTON_DATA_INVALID"


def test_a_button_must_do_something() -> None:
    assert "text buttons are unallowed" in refusal({"text": "Take"})


def test_a_button_must_say_something() -> None:
    assert "text must be non-empty" in refusal({"text": " ", "callback_data": "x"})


def test_a_button_cannot_open_localhost() -> None:
    assert "Wrong HTTP URL" in refusal({"text": "Open", "url": "http://localhost/"})


def test_an_empty_keyboard_is_none() -> None:
    assert read() is None
