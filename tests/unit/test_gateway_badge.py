"""The badge: readable in both languages, by eye and by ear, with nothing from elsewhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chassis.catalogue import LANGUAGES, Catalogue
from contracts.incidents import StatusView
from contracts.vocabulary import OverallStatus
from services.gateway.badge import COLOURS, LABEL_COLOUR, UNKNOWN_COLOUR, WIDTHS, draw_badge
from services.gateway.status_board import Knowledge
from tests.support.gateway import NOW, Gateway
from tests.support.public_facts import eventful

SVG = "{http://www.w3.org/2000/svg}"
STATES = (None, *OverallStatus)


def badge(state: OverallStatus | None, language: str) -> ElementTree.Element:
    view = StatusView(status=state, updated_at=NOW, version=1) if state else None
    return ElementTree.fromstring(
        draw_badge(Knowledge(view, NOW), Catalogue.read(language, "gateway"))
    )


@pytest.mark.parametrize(
    ("language", "state", "told"),
    [
        ("ru", None, "статус: нет данных"),
        ("ru", OverallStatus.OPERATIONAL, "статус: работает"),
        ("ru", OverallStatus.DEGRADED, "статус: перебои"),
        ("ru", OverallStatus.OUTAGE, "статус: сбой"),
        ("en", None, "status: no data"),
        ("en", OverallStatus.OPERATIONAL, "status: operational"),
        ("en", OverallStatus.DEGRADED, "status: degraded"),
        ("en", OverallStatus.OUTAGE, "status: outage"),
    ],
)
def test_it_tells_the_state_to_eyes_and_ears(
    language: str, state: OverallStatus | None, told: str
) -> None:
    drawn = badge(state, language)

    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == drawn.findtext(f"{SVG}title") == told
    assert ": ".join(text.text or "" for text in drawn.iter(f"{SVG}text")) == told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_its_words_fit_with_room_on_both_sides(language: str, state: OverallStatus | None) -> None:
    drawn = badge(state, language)

    label, told = drawn.iter(f"{SVG}text")
    _, left, right = drawn.iter(f"{SVG}rect")
    for text, box in ((label, left), (told, right)):
        begins = int(text.get("x", "0")) - int(box.get("x", "0"))
        ends = begins + int(text.get("textLength", "0"))
        assert begins == int(box.get("width", "0")) - ends == 6
    whole = int(left.get("width", "0")) + int(right.get("width", "0"))
    assert whole == int(drawn.get("width", "0"))
    assert set("".join(drawn.itertext())) <= {*WIDTHS, ":", "\n"}


def test_every_letter_of_both_alphabets_has_a_width() -> None:
    latin = "abcdefghijklmnopqrstuvwxyz"
    cyrillic = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"

    assert set(latin + latin.upper() + cyrillic + cyrillic.upper()) <= WIDTHS.keys()


@pytest.mark.parametrize("colour", [*COLOURS.values(), UNKNOWN_COLOUR, LABEL_COLOUR])
def test_white_letters_can_be_read_on_every_colour(colour: str) -> None:
    """By the contrast of WCAG 2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert 1.05 / (luminance + 0.05) >= 4.5


def test_it_comes_as_a_picture_that_loads_nothing(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    gateway.board.hear(eventful(NOW), NOW)

    told = gateway.as_anyone().gets("/status/badge.svg")

    assert told.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]
    assert "сбой" in told.text
    assert not re.search(r"href|<style|style=|url\((?!#)", told.text)
