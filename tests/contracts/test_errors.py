"""The refusals of the contracts: each with a code of its own, each of a known kind."""

from collections import Counter

from contracts import errors
from contracts.errors import (
    Conflict,
    ContractError,
    Forbidden,
    Invalid,
    NotFound,
    Unavailable,
    errors_by_code,
)

KINDS = (Invalid, Forbidden, NotFound, Conflict, Unavailable)


def refusals() -> list[type[ContractError]]:
    found = [one for one in vars(errors).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, ContractError)]


def test_codes_are_unique_and_snake_case() -> None:
    codes = Counter(error.code for error in refusals())

    assert [code for code, count in codes.items() if count > 1] == []
    assert [code for code in codes if not code.isidentifier() or code != code.lower()] == []


def test_every_refusal_is_of_a_kind_and_found_by_its_code() -> None:
    leaves = [error for error in refusals() if error is not ContractError]

    assert [error for error in leaves if not issubclass(error, KINDS)] == []
    assert [error for error in leaves if errors_by_code()[error.code] is not error] == []
