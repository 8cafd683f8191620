"""Counts how often an event was in hand when its process ended, so that none can end it for ever.

A handler that raises is counted by the ladder, on the message itself. One that takes its process
with it, out of memory or stuck until the watchdog ends it, tells nobody: the broker gives the
message back, says that it comes again, and no more. Therefore what comes again is counted here,
in a transaction of its own, before it is handled, and struck off after.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from structlog import get_logger

from chassis.broker.topology import DELAYS_SECONDS
from chassis.events.ladder import Hopeless
from chassis.storage.database import insert_if_absent, table_of
from chassis.storage.store import Store
from chassis.storage.tables import AttemptRow

MOST_TRIES = len(DELAYS_SECONDS) + 1
"""As many tries as a handler has that raises."""
SUSPECTS = 500
"""So many that come again to a process are counted. What ended the one before was in its hands, so
it is among the first to come back; after a restart of the broker, which remembers of no message
whether anybody had it, ten thousand others may follow."""

ATTEMPTS = table_of(AttemptRow)

log = get_logger()
_one_at_a_time = threading.Lock()
_come_again = count(1)


class Deadly(Hopeless):
    """Each time that the event was handled its process ended meanwhile."""

    tries = MOST_TRIES


@contextmanager
def in_hand_again(store: Store, event_id: UUID, handler: str) -> Iterator[None]:
    """Around the handling of an event that comes again. Raises Deadly once five processes have
    ended with it in hand.

    One at a time: if this one ends the process, no other shall be counted for it.
    """
    if next(_come_again) > SUSPECTS:
        yield
        return
    key = {"event_id": event_id, "handler": handler}
    with _one_at_a_time:
        _begin(store, key)
        try:
            yield
        finally:
            _strike_off(store, key)


def _begin(store: Store, key: dict[str, Any]) -> None:
    """The delivery that did not say that it comes again was the first try."""
    with store.database.writing(outlives_power_cut=False) as session:
        insert_if_absent(session, AttemptRow, **key, begun=1, begun_at=store.now())
        begun = session.connection().scalar(
            update(ATTEMPTS)
            .filter_by(**key)
            .values(begun=ATTEMPTS.c.begun + 1)
            .returning(ATTEMPTS.c.begun)
        )
    if begun > MOST_TRIES:
        _strike_off(store, key)
        raise Deadly(
            f"the process ended each of the {MOST_TRIES} times that this was being handled"
        )
    if begun > 2:
        log.warning("in hand when the process ended, and again", **key, tries=begun)


def _strike_off(store: Store, key: dict[str, Any]) -> None:
    with store.database.writing(outlives_power_cut=False) as session:
        session.connection().execute(delete(ATTEMPTS).filter_by(**key))
