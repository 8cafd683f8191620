"""Whether a process can do its work: named checks, each `ok` or a reason in one sentence.

Making a report never waits: what takes time is looked at in the background about once a second,
each on a (green) thread of its own, so that one that hangs keeps no other from being seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from contracts.errors import ContractError

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 3.0
OK = "ok"

Check = Callable[[], str | None]
"""None when all is well, else what is the matter. What it raises is the matter too."""


@dataclass(frozen=True)
class Report:
    """What every check says at one moment."""

    checks: dict[str, str]

    @property
    def failing(self) -> dict[str, str]:
        return {name: said for name, said in self.checks.items() if said != OK}

    @property
    def is_ready(self) -> bool:
        return not self.failing

    def as_json(self) -> dict[str, Any]:
        return {"status": "ready" if self.is_ready else "not_ready", "checks": self.checks}


class Readiness:
    """The checks of one process. They are added before `keep` is called; until then the process
    is starting, and not ready."""

    def __init__(self) -> None:
        self._is_kept = False
        self._instant: dict[str, Check] = {}
        self._looks: dict[str, _Look] = {}

    def add_instant(self, name: str, check: Check) -> None:
        """A check that answers from memory; it is asked anew for every report."""
        self._instant[name] = check

    def add(self, name: str, check: Check) -> None:
        """A check that may take its time; a report has what it said last."""
        self._looks[name] = _Look(check)

    def keep(
        self, spawn: Callable[[Callable[[], None]], object], sleep: Callable[[float], object]
    ) -> None:
        """Begin to look, with threads and sleep of the kind that this process has."""
        self._is_kept = True
        for look in self._looks.values():
            spawn(_loop(look, sleep))

    def report(self) -> Report:
        """How things stand. Any thread may ask."""
        if not self._is_kept:
            return Report({"start": "is under way"})
        instant = {name: _verdict(check) for name, check in self._instant.items()}
        return Report(instant | {name: look.verdict() for name, look in self._looks.items()})


class _Look:
    """A check that is repeated, with its latest verdict."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._said = "has not been looked at yet"
        self._began_at: float | None = None

    def look(self) -> None:
        self._began_at = monotonic()
        self._said = _verdict(self._check)
        self._began_at = None

    def verdict(self) -> str:
        """What the last look said, unless the one in progress takes too long."""
        began_at = self._began_at
        if began_at is not None and (waited := monotonic() - began_at) >= PATIENCE_SECONDS:
            return f"has not answered for {waited:.0f} s"
        return self._said


def _loop(look: _Look, sleep: Callable[[float], object]) -> Callable[[], None]:
    def keep_looking() -> None:
        while True:
            look.look()
            sleep(LOOK_SECONDS)

    return keep_looking


def _verdict(check: Check) -> str:
    try:
        return check() or OK
    except ContractError as error:
        return error.message
    except Exception as error:  # whatever it is, the process is not ready, and this is why
        return " ".join(f"{type(error).__name__}: {error}".split())[:300]
