"""What is counted of an event that comes again. That the count ends it: `tests/faults`."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from chassis.events import attempts
from chassis.events.attempts import in_hand_again
from chassis.storage.store import Store
from chassis.storage.tables import AttemptRow


def begun(store: Store) -> list[int]:
    with store.reading() as session:
        return list(session.scalars(select(AttemptRow.begun)))


def test_what_ends_well_or_badly_is_struck_off(store: Store) -> None:
    with in_hand_again(store, uuid4(), "well"):
        assert begun(store) == [2], "the delivery before was the first"
    with pytest.raises(RuntimeError, match="torn"), in_hand_again(store, uuid4(), "badly"):
        raise RuntimeError("torn")

    assert begun(store) == []


def test_only_the_first_that_come_again_are_counted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "SUSPECTS", 0)

    with in_hand_again(store, uuid4(), "late"):
        assert begun(store) == []
