"""Every request of a load and its answer, remembered in the order in which they ended."""

import re
import threading
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import uuid4

ACCEPTED = 201
MARK = re.compile(r"mark-[0-9a-f]{32}")


class Deed(StrEnum):
    """What a load does."""

    OPEN = "open"
    WRITE = "write"
    ANSWER = "answer"
    READ = "read"


@dataclass(frozen=True)
class Record:
    """One request. `mark` stands in the words of a write and tells its effect from all others.

    `status` is the HTTP status, 201 also for what Telegram has taken; None when no answer came.
    `shows_at_once` is false for what Telegram has taken: the desk hears of it later. Times are
    monotonic seconds.
    """

    deed: Deed
    began_at: float
    ended_at: float
    status: int | None
    mark: str = ""
    ticket_id: int | None = None
    answer: Any = None
    retry_after: str | None = None
    shows_at_once: bool = True

    @property
    def is_acknowledged(self) -> bool:
        """Was the effect promised?"""
        return self.status == ACCEPTED

    @property
    def is_unknown(self) -> bool:
        """May it have had its effect or not?"""
        return self.status is None or self.status >= 500

    @property
    def is_granted(self) -> bool:
        """Was it done as it was asked for, be it a read?"""
        return self.status in {200, ACCEPTED}

    @property
    def is_put_off(self) -> bool:
        """Was it refused because the desk was busy, or something of it away?"""
        return self.status in {429, 503}

    @property
    def seconds(self) -> float:
        return self.ended_at - self.began_at


@dataclass
class History:
    """Records of many threads."""

    records: list[Record] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def add(self, record: Record) -> Record:
        with self._turn:
            self.records.append(record)
        return record

    def doubt(self, mark: str) -> None:
        """The promise was taken back: nobody knows whether its effect is there."""
        with self._turn:
            self.records[:] = [
                replace(one, status=None) if one.mark == mark else one for one in self.records
            ]

    def acknowledged(self, deed: Deed) -> list[Record]:
        """The requests of a kind that were promised, in the order of their answers."""
        with self._turn:
            return [one for one in self.records if one.deed == deed and one.is_acknowledged]

    def counted(self) -> dict[str, int]:
        """How many requests ended how, such as `open 201`."""
        counts: dict[str, int] = {}
        with self._turn:
            for one in self.records:
                name = f"{one.deed} {one.status or 'no answer'}"
                counts[name] = counts.get(name, 0) + 1
        return dict(sorted(counts.items()))


def new_mark() -> str:
    """Words that occur nowhere else."""
    return f"mark-{uuid4().hex}"


def marks_in(text: str) -> list[str]:
    """The marks in a text, in order."""
    return MARK.findall(text)
