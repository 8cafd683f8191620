"""What comes into the outbox while one watches, and what is wrong with it in the end."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.sla.tickets import Word
from chassis.storage.store import Store
from chassis.storage.tables import OutboxRow
from contracts.sla import SlaBreached, SlaWarned, SlaWarningClimbed

PAUSE_SECONDS = 0.02
OVERLAP = 300
"""Of three replicas that write a hundred rows each, one with lower numbers may commit last."""


class Watch:
    """Notes when each expected word was first seen in the outbox, after the moment it came true.

    That is when its transaction had ended, and a little later: `PAUSE_SECONDS` and a look.
    """

    def __init__(self, store: Store, expected: Mapping[Word, datetime]) -> None:
        self._store = store
        self.expected = expected
        self._first = store.ask(_newest_id)
        self._read: set[int] = set()
        self.late_seconds: dict[Word, float] = {}
        self.pauses: list[float] = []
        """Between two looks: nothing is measured more exactly than these."""

    def run(self, until: datetime, meanwhile: Callable[[], None]) -> None:
        """Look until all is seen, at most until then."""
        looked_at = time.monotonic()
        while len(self.late_seconds) < len(self.expected) and self._store.now() < until:
            meanwhile()
            time.sleep(PAUSE_SECONDS)  # the pace of the looks
            self._look()
            self.pauses.append(time.monotonic() - looked_at)
            looked_at = time.monotonic()

    def found(self) -> Counter[Word]:
        """How often each word stands in the outbox, of the tickets that are expected to speak."""
        tickets = {word.ticket_id for word in self.expected}
        words = self._store.ask(_words_in, self._store.ask(_ids_after, self._first))
        return Counter(word for word in words if word.ticket_id in tickets)

    def _look(self) -> None:
        newest = max(self._read, default=self._first)
        ids = self._store.ask(_ids_after, max(self._first, newest - OVERLAP))
        unread = [row_id for row_id in ids if row_id not in self._read]
        words = self._store.ask(_words_in, unread) if unread else []
        now = self._store.now()
        self._read.update(unread)
        for word in words:
            if word in self.expected and word not in self.late_seconds:
                self.late_seconds[word] = (now - self.expected[word]).total_seconds()


def faults_of(expected: Iterable[Word], found: Mapping[Word, int]) -> list[str]:
    """What is missing, what was said twice, and what should not have been said."""
    wanted = set(expected)
    missing = [f"missing: {_name(word)}" for word in sorted(wanted - set(found), key=_name)]
    repeated = [f"said {n} times: {_name(word)}" for word, n in found.items() if n > 1]
    unwanted = [f"not to be said: {_name(word)}" for word in found if word not in wanted]
    return [*missing, *repeated, *unwanted]


def _name(word: Word) -> str:
    step = "" if word.step is None else f" at {word.step}"
    return f"{word.type}{step} of ticket {word.ticket_id}, {word.metric} {word.n}"


def _newest_id(session: Session) -> int:
    return session.scalar(select(func.max(OutboxRow.id))) or 0


def _ids_after(session: Session, row_id: int) -> list[int]:
    is_word = OutboxRow.type.in_([SlaWarned.type, SlaWarningClimbed.type, SlaBreached.type])
    return list(session.scalars(select(OutboxRow.id).where(OutboxRow.id > row_id, is_word)))


def _words_in(session: Session, ids: Sequence[int]) -> list[Word]:
    told = select(OutboxRow.type, OutboxRow.body).where(OutboxRow.id.in_(ids))
    return [_word(type_, json.loads(body)) for type_, body in session.execute(told)]


def _word(type_: str, body: dict[str, object]) -> Word:
    return Word(
        ticket_id=int(str(body["ticket_id"])),
        metric=str(body["metric"]),
        n=int(str(body["cycle"])),
        type=type_,
        step=body.get("threshold") or body.get("level"),  # type: ignore[arg-type]
    )
