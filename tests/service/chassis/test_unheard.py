"""Which events are on their way, as outboxes and inboxes tell, and how they go out once more."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.broker.topology import Subscription
from chassis.clock import SetClock
from chassis.events.outbox import publish_again
from chassis.events.unheard import unheard
from chassis.storage.store import Store
from chassis.storage.tables import InboxRow, OutboxRow
from tests.support.ledger.messages import TALLY, Booked, Whispered

AUDIT = Subscription("ledger", "audit", Booked)
DAY = timedelta(days=1)


class Post:
    """Events of the ledger, and who has heard them."""

    def __init__(self, store: Store, clock: SetClock) -> None:
        self._store = store
        self._clock = clock

    def published(self, ago: timedelta, *heard_by: str, kind: str = Booked.type) -> UUID:
        event_id, at = uuid4(), self._clock.now() - ago
        with self._store.writing() as session:
            session.add(_row(event_id, kind, at, published_at=at))
            for handler in heard_by:
                session.add(InboxRow(event_id=event_id, handler=handler, handled_at=at))
        return event_id

    def waiting(self) -> UUID:
        event_id = uuid4()
        with self._store.writing() as session:
            session.add(_row(event_id, Booked.type, self._clock.now(), published_at=None))
        return event_id

    def unheard(self, *subscriptions: Subscription) -> set[UUID]:
        now = self._clock.now()
        with self._store.reading() as session:
            found = unheard({"ledger": session}, subscriptions, now=now, since=now - 30 * DAY)
        return found["ledger"]

    def to_be_published(self) -> set[UUID]:
        asked = select(OutboxRow.event_id).where(OutboxRow.published_at.is_(None))
        with self._store.reading() as session:
            return set(session.scalars(asked))


def _row(event_id: UUID, kind: str, at: datetime, published_at: datetime | None) -> OutboxRow:
    return OutboxRow(
        event_id=event_id,
        type=kind,
        body="{}",
        mandatory=True,
        created_at=at,
        published_at=published_at,
        next_try_at=at,
    )


@pytest.fixture
def post(store: Store, clock: SetClock) -> Post:
    return Post(store, clock)


def test_an_event_is_unheard_while_one_of_its_handlers_has_not_had_it(post: Post) -> None:
    post.published(DAY, "tally", "audit")
    half = post.published(DAY, "tally")
    young = post.published(timedelta(seconds=1))
    post.published(timedelta(seconds=1), kind=Whispered.type)

    assert post.unheard(TALLY, AUDIT) == {half, young}


def test_one_that_is_still_to_be_published_goes_out_anyhow(post: Post) -> None:
    post.waiting()

    assert post.unheard(TALLY) == set()


def test_what_was_before_a_handler_began_was_not_meant_for_it(post: Post) -> None:
    post.published(10 * DAY, "tally")
    post.published(4 * DAY, "tally", "audit")
    parked = post.published(3 * DAY, "tally")
    post.published(2 * DAY, "tally", "audit")

    assert post.unheard(TALLY, AUDIT) == {parked}


def test_a_handler_that_has_heard_nothing_yet_is_owed_the_last_hour(post: Post) -> None:
    post.published(DAY, "tally")
    lately = post.published(timedelta(minutes=50), "tally")

    assert post.unheard(TALLY, AUDIT) == {lately}


def test_what_the_inboxes_may_have_forgotten_is_not_asked_about(post: Post) -> None:
    post.published(32 * DAY, "tally")
    post.published(31 * DAY)

    assert post.unheard(TALLY) == set()


def test_published_again_are_those_that_are_named_and_at_once(post: Post, store: Store) -> None:
    many = [post.published(DAY) for _ in range(3)]
    others = {post.published(DAY), post.published(DAY)}

    with store.writing() as session:
        publish_again(session, many)

    assert post.to_be_published() == set(many)
    with store.reading() as session:
        rows = {row.event_id: row for row in session.scalars(select(OutboxRow))}
    assert {rows[event_id].next_try_at for event_id in many} == {None}
    assert all(rows[event_id].published_at for event_id in others)
