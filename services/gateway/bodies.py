"""The JSON of a request body, read strictly: what two readers could take differently is refused."""

import json
from collections import Counter
from typing import Any

from contracts.texts import beginning

TOLD_LENGTH = 100


class NotJson(ValueError):
    """The bytes are not one JSON value."""


class NotMultipart(ValueError):
    """The bytes are no form with files."""


class NotUtf8(ValueError):
    """The bytes are not UTF-8."""


def parse_json(body: bytes) -> Any:
    """The value in `body`. Raises NotUtf8, or NotJson also for NaN and for a name that comes twice
    in one object."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"byte {error.start} is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise NotJson("a byte order mark stands before it")
    try:
        return json.loads(
            text, parse_constant=_refuse, parse_int=_integer, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise NotJson("too deeply nested") from None
    except ValueError as error:  # one of ours below
        raise NotJson(str(error)) from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python reads no number of thousands of digits
        raise ValueError("a number has too many digits") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        ((twice, _),) = counts.most_common(1)
        raise ValueError(f"the name {beginning(twice, TOLD_LENGTH)!r} comes twice")
    return made
