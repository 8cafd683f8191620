"""What a file is, told by its contents."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.files.kinds import CHUNK, kind_of
from contracts.files import ENDINGS
from tests.support.files import ACCEPTED, REFUSED


def kind(contents: bytes) -> str | None:
    return kind_of(io.BytesIO(contents))


def test_there_is_a_file_of_each_kind_that_has_a_name() -> None:
    assert set(ACCEPTED) == set(ENDINGS)


@pytest.mark.parametrize("media_type", ACCEPTED)
def test_a_file_is_known_by_its_contents(media_type: str) -> None:
    assert kind(ACCEPTED[media_type]) == media_type


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_recognised_is_nothing(what: str) -> None:
    assert kind(REFUSED[what]) is None


def test_an_mp3_is_known_with_and_without_a_title() -> None:
    assert kind(b"ID3\x03\0\0\0\0\0\x10" + b"\0" * 30) == "audio/mpeg"
    assert kind(b"\xff\xfb\x00\x64") is None, "no bit rate"


def test_a_text_may_be_cut_anywhere_between_two_reads() -> None:
    text = ("я" * (CHUNK // 2 - 1) + "x" + "😀" * 9).encode()

    assert kind(text) == "text/plain"
    assert kind(text[:-1]) is None


@pytest.mark.parametrize("text", [b"a < b and c > d", b"<3 you", b"{}", b"\x1b[31mred\x1b[0m"])
def test_a_text_with_brackets_is_a_text(text: bytes) -> None:
    assert kind(text) == "text/plain"


@given(st.binary(max_size=600))
def test_any_bytes_are_something_or_nothing(contents: bytes) -> None:
    assert kind(contents) in {None, *ENDINGS}


@given(st.binary(max_size=60), st.sampled_from(sorted(ACCEPTED)))
def test_what_is_cut_or_goes_on_is_never_an_accident(more: bytes, media_type: str) -> None:
    assert kind(ACCEPTED[media_type][: len(more)]) in {None, *ENDINGS}
    assert kind(ACCEPTED[media_type] + more) in {None, *ENDINGS}
