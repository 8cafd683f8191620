"""What single values of `support.toml` may be: each is refused in words that say what is right."""

import re
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, Strict

from contracts.files import ENDINGS
from contracts.texts import is_blank

CANNED = re.compile(r"[a-z][a-z0-9_-]{0,19}")
PLACEHOLDER = re.compile(r"\{(name|id)\}")
COMPONENT = re.compile(r"[a-z][a-z0-9_-]{0,39}")
COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
MOST_CANNED = 50
"""More would not fit under a message as buttons."""
WINDOW = re.compile(r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")


def _is_window(text: str) -> str:
    if not WINDOW.match(text):
        raise ValueError(f"{text!r} is not a window such as 10:00-18:00 (24:00 may end a day)")
    start, end = text.split("-")
    if start >= end:
        raise ValueError(f"{text!r} ends before it starts")
    return text


@cache
def _zones() -> frozenset[str]:
    """Found once: it takes a walk through all their files."""
    return frozenset(available_timezones())


def _is_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is no time zone such as Europe/Moscow")
    return name


def _is_component_id(text: str) -> str:
    if not COMPONENT.fullmatch(text):
        raise ValueError("must be 1 to 40 of the signs a-z, 0-9, - and _, a letter first")
    return text


def _is_canned_name(text: str) -> str:
    if not CANNED.fullmatch(text):
        raise ValueError("must be 1 to 20 of the signs a-z, 0-9, - and _, a letter first")
    return text


def _has_known_placeholders(text: str) -> str:
    rest = PLACEHOLDER.sub("", text)
    if found := re.search(r"\{[^{}]*\}?|\}", rest):
        raise ValueError(f"has {found.group()!r}; only {{name}} and {{id}} may stand in braces")
    if is_blank(text):
        raise ValueError("is empty")
    return text


def _is_country(text: str) -> str:
    if not COUNTRY.fullmatch(text):
        raise ValueError("must be a code such as RU, or DE-BY for a part of a country")
    return text


def _is_media_type(name: str) -> str:
    if name not in ENDINGS:
        raise ValueError(
            f"{name!r} is nothing that the desk can tell by its contents; it can: "
            + ", ".join(ENDINGS)
        )
    return name


Template = Annotated[str, Field(max_length=3000), AfterValidator(_has_known_placeholders)]
ComponentId = Annotated[str, AfterValidator(_is_component_id)]
CannedName = Annotated[str, AfterValidator(_is_canned_name)]
Window = Annotated[str, AfterValidator(_is_window)]
Zone = Annotated[str, AfterValidator(_is_zone)]
Country = Annotated[str, AfterValidator(_is_country)]
"""An ISO 3166 code. Whether anybody knows its holidays is found out when they are imported."""
MediaType = Annotated[str, AfterValidator(_is_media_type)]
Whole = Annotated[int, Strict()]
"""No `true`, and nothing in quotes: whoever wrote that meant something else."""
Number = Annotated[float, Strict()]
Minutes = Annotated[Whole, Field(gt=0, le=60 * 24 * 366)]
Share = Annotated[Number, Field(gt=0, lt=1)]
