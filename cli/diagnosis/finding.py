"""What one check found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A sentence about one thing, and what to do about it when it is not well."""

    is_well: bool
    what: str
    mend: str = ""


def well(what: str) -> Finding:
    """Nothing to do."""
    return Finding(True, what)


def bad(what: str, mend: str) -> Finding:
    """Something to do."""
    return Finding(False, what, mend)
