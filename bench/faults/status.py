"""The public status, read over and over while something else is measured."""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.support.wishes import Answer, ask

PATHS = ("/api/support/status/", "/status")
JSON = PATHS[0]


@dataclass(frozen=True)
class Seen:
    """One answer, and when it was asked for, by the clock on the wall."""

    path: str
    asked_at: datetime
    answer: Answer

    @property
    def changed_at(self) -> datetime | None:
        """When what it tells changed last, of the API's answer; None while nothing is known."""
        changed = json.loads(self.answer.body)["updated_at"]
        return datetime.fromisoformat(changed) if changed else None


class StatusReader:
    """Reads the public status while a `with` block lasts, each of its forms in turn."""

    def __init__(self, url: str, every_seconds: float, paths: Iterable[str] = PATHS) -> None:
        self.seen: list[Seen] = []
        self._url = url
        self._every_seconds = every_seconds
        self._paths = tuple(paths)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._read, name="status")

    def __enter__(self) -> "StatusReader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._is_over.wait(self._every_seconds):
            self.seen += [
                Seen(path, datetime.now(UTC), ask(self._url, path)) for path in self._paths
            ]


def lags(seen: Sequence[Seen]) -> dict[datetime, float]:
    """By change since the first answer, within how many seconds nobody was told any more what was
    before it, whichever worker of the gateway told them: each hears for itself."""
    told = [(one.asked_at, one.changed_at) for one in seen if one.path == JSON]
    began = told[0][0] if told else datetime.now(UTC)
    changes = {changed for _, changed in told if changed is not None and changed > began}
    return {change: _lag(change, told) for change in sorted(changes)}


def _lag(change: datetime, told: Sequence[tuple[datetime, datetime | None]]) -> float:
    """Up to the first answer after the last old one: no less than it was."""
    is_old = [changed is None or changed < change for _, changed in told]
    last_old = max(place for place, old in enumerate(is_old) if old or place == 0)
    first_new = min(last_old + 1, len(told) - 1)
    return max(0.0, (told[first_new][0] - change).total_seconds())
