"""Which published events have not reached every handler that wants them.

Asked of databases as they all were at one moment, this finds what was on its way then: in a queue,
on the ladder, or parked. Whoever brings that moment back has these published again
(`chassis.events.outbox.publish_again`), since the broker's messages do not come back with it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from chassis.broker.topology import Subscription
from chassis.storage.database import table_of
from chassis.storage.tables import InboxRow, OutboxRow

ON_THE_WAY = timedelta(hours=1)
"""What is younger counts as wanted by every handler, also by one that has heard nothing yet."""

OUTBOX = table_of(OutboxRow)
PUBLISHED = select(OUTBOX.c.type, OUTBOX.c.event_id, OUTBOX.c.published_at).where(
    OUTBOX.c.published_at >= bindparam("since")
)

_Published = dict[str, dict[UUID, datetime]]


def unheard(
    sessions: Mapping[str, Session],
    subscriptions: Iterable[Subscription],
    *,
    now: datetime,
    since: datetime,
) -> dict[str, set[UUID]]:
    """The ids of such events by the process in whose outbox they are; `sessions` by process.

    Nothing published before `since` is asked about: its inbox rows may have been swept.
    """
    published = {process: _published(session, since) for process, session in sessions.items()}
    missing: dict[str, set[UUID]] = {process: set() for process in sessions}
    for subscription in subscriptions:
        heard = _heard(sessions[subscription.process], subscription.handler)
        for process, events in published.items():
            wanted = events.get(subscription.event.type, {})
            missing[process] |= _missing(wanted, heard, now - ON_THE_WAY)
    return missing


def _published(session: Session, since: datetime) -> _Published:
    found: _Published = {}
    for row in session.execute(PUBLISHED, {"since": since}):
        found.setdefault(row.type, {})[row.event_id] = row.published_at
    return found


def _heard(session: Session, handler: str) -> set[UUID]:
    return set(session.scalars(select(InboxRow.event_id).where(InboxRow.handler == handler)))


def _missing(published: dict[UUID, datetime], heard: set[UUID], young: datetime) -> set[UUID]:
    """A handler that came with a later release was not meant by what was published before it had
    heard its first."""
    first = min((at for event_id, at in published.items() if event_id in heard), default=young)
    begun = min(first, young)
    return {event_id for event_id, at in published.items() if event_id not in heard and at >= begun}
