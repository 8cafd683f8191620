"""What the parts of `support.toml` say against each other, told with what is wrong by itself."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from contracts.vocabulary import Category, Priority

Read = TypeVar("Read")


def contradictions(file: Any) -> list[str]:
    """A sentence each. The file may be wrong in any part; what cannot be read is left out."""
    priorities, categories = _rules(file, "priorities"), _rules(file, "categories")
    faults = [
        *_incomplete("priorities", Priority, _ids(priorities)),
        *_half_promised(priorities),
        *_incomplete("categories", Category, _ids(categories)),
        *_twice("components", _ids(_rules(file, "components"))),
        *_twice("canned", _ids(_rules(file, "canned"), "name")),
    ]
    calendars = file.get("calendars") if isinstance(file, dict) else None
    if isinstance(calendars, dict):
        faults += [
            f"priority {rule.get('id')} counts by calendar {rule['calendar']!r}, "
            f"known are: {', '.join(calendars)}"
            for rule in priorities
            if isinstance(rule.get("calendar"), str) and rule["calendar"] not in calendars
        ]
    return faults


def read_whole(read: Callable[[Any], Read], given: Any, more: Iterable[str]) -> Read:
    """What pydantic reads. Raises one ValidationError with its own faults and `more` of them."""
    lines = [InitErrorDetails(type=_plain("contradiction", fault), input=None) for fault in more]
    try:
        found = read(given)
    except ValidationError as error:
        lines = [
            InitErrorDetails(type=_plain(each["type"], each["msg"]), loc=each["loc"], input=None)
            for each in error.errors(include_url=False, include_input=False)
        ] + lines
    if lines:
        raise ValidationError.from_exception_data("settings", lines)
    return found


def _plain(kind: str, matter: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{matter}", {"matter": matter})


def _rules(file: Any, section: str) -> list[dict[str, Any]]:
    found = file.get(section) if isinstance(file, dict) else None
    return [rule for rule in found if isinstance(rule, dict)] if isinstance(found, list) else []


def _ids(rules: list[dict[str, Any]], key: str = "id") -> list[str]:
    return [rule[key] for rule in rules if isinstance(rule.get(key), str)]


def _half_promised(priorities: list[dict[str, Any]]) -> list[str]:
    """What some priorities promise and others do not would leave clocks without an end."""
    faults = []
    for target in ("next_response_minutes", "resolution_minutes"):
        without = [str(rule.get("id")) for rule in priorities if rule.get(target) is None]
        if without and len(without) < len(priorities):
            faults.append(f"{target} is missing for {', '.join(without)}: give it to all or none")
    return faults


def _incomplete(section: str, wanted: Iterable[str], given: list[str]) -> list[str]:
    """A name that is not known is told elsewhere, and may be the one that seems to be missing."""
    known = list(wanted)
    is_readable = bool(given) and all(name in known for name in given)
    lacking = [name for name in known if name not in given] if is_readable else []
    return [f"{section} lacks {name}" for name in lacking] + _twice(section, given)


def _twice(section: str, given: list[str]) -> list[str]:
    names = dict.fromkeys(str(name) for name in given if given.count(name) > 1)
    return [f"{section} has {name} twice" for name in names]
