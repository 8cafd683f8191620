"""The kinds of values that requests are made of, each refusing its wrong forms by a name.

The names (`blank`, `nul`, …) are the types of pydantic's errors; `faults.py` has words for them.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError, to_json

from contracts.texts import is_blank
from contracts.tickets import SUBJECT_LENGTH, TEXT_LENGTH

CONTEXT_BYTES = 4096
CURSOR_LENGTH = 512
LARGEST_LIMIT = 100
FIRST_YEAR, LAST_YEAR = 1970, 2999


def _fault(kind: str, **values: Any) -> PydanticCustomError:
    return PydanticCustomError(kind, kind, values)


def _is_storable(text: str) -> str:
    """No database takes a NUL, and half of a surrogate pair cannot be written as UTF-8."""
    if "\0" in text:
        raise _fault("nul")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _fault("not_unicode")
    return text


def _is_not_blank(text: str) -> str:
    if is_blank(text):
        raise _fault("blank")
    return text


def _within(longest: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > longest:
            raise _fault("too_long", max_length=longest)
        return text

    return AfterValidator(check)


def _has_one_line(text: str) -> str:
    return " ".join(text.split())


Plain = Annotated[str, AfterValidator(_is_storable)]

Text = Annotated[
    Plain,
    AfterValidator(str.strip),
    AfterValidator(_is_not_blank),
    _within(TEXT_LENGTH),
    Field(json_schema_extra={"minLength": 1, "maxLength": TEXT_LENGTH}),
]
"""What a person writes."""


def _nothing_if_blank(text: str) -> str:
    return "" if is_blank(text) else text


MaybeText = Annotated[
    Plain,
    AfterValidator(str.strip),
    AfterValidator(_nothing_if_blank),
    _within(TEXT_LENGTH),
    Field(json_schema_extra={"maxLength": TEXT_LENGTH}),
]
"""What a person writes beside a file, be it nothing."""

Line = Annotated[
    Plain,
    AfterValidator(_has_one_line),
    AfterValidator(_is_not_blank),
    _within(SUBJECT_LENGTH),
    Field(json_schema_extra={"minLength": 1, "maxLength": SUBJECT_LENGTH}),
]
"""A line a person writes; white space within it, line breaks included, counts as one space."""


def _is_small(context: dict[str, str]) -> dict[str, str]:
    if len(to_json(context)) > CONTEXT_BYTES:
        raise _fault("context_too_large", max_bytes=CONTEXT_BYTES)
    return context


Named = Annotated[Plain, AfterValidator(_is_not_blank)]

Context = Annotated[dict[Named, Plain], AfterValidator(_is_small)]
"""Where the person was when it happened: page, browser, version."""


def _is_cursor(text: str) -> str:
    if not re.fullmatch(rf"[\x21-\x7e]{{1,{CURSOR_LENGTH}}}", text):
        raise _fault("cursor")
    return text


def _limit(text: object) -> int:
    if re.fullmatch(r"[0-9]{1,9}", str(text)) and 1 <= int(str(text)) <= LARGEST_LIMIT:
        return int(str(text))
    raise _fault("limit", largest=LARGEST_LIMIT)


Cursor = Annotated[str, AfterValidator(_is_cursor)]
Limit = Annotated[
    int, BeforeValidator(_limit), Field(json_schema_extra={"minimum": 1, "maximum": LARGEST_LIMIT})
]


class Day(date):
    """A whole day where an instant would do too; its zone is the desk's."""


def _moment(text: object) -> datetime | Day:
    """An RFC 3339 instant with its zone, or a date, of years that every zone and service knows."""
    moment = _parsed_moment(text)
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _fault("date_range", first=FIRST_YEAR, last=LAST_YEAR)
    return moment


def _parsed_moment(text: object) -> datetime | Day | None:
    """None for what no calendar holds once it is brought to UTC."""
    # A plus sign that nobody escaped arrives as a space.
    written = re.sub(r" (\d\d:\d\d)$", r"+\1", str(text))
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
            return Day.fromisoformat(written)
        if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", written, re.ASCII):
            return datetime.fromisoformat(written).astimezone(UTC)
    except OverflowError:
        return None
    except ValueError:
        pass
    raise _fault("moment")


Moment = Annotated[
    datetime | date,
    BeforeValidator(_moment),
    Field(json_schema_extra={"examples": ["2026-03-01", "2026-03-01T09:00:00Z"]}),
]


def start_of(moment: datetime | date, zone: Any) -> datetime:
    """The instant itself, or the day's first."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), zone).astimezone(UTC)


def end_of(moment: datetime | date, zone: Any) -> datetime:
    """The instant itself, or the first of the day after."""
    return start_of(moment if isinstance(moment, datetime) else moment + timedelta(days=1), zone)
