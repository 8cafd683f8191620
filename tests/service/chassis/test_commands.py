"""A command is carried out once, however often and however closely together it comes."""

import threading
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.storage.store import Store
from chassis.storage.tables import CommandRow, OutboxRow
from contracts.errors import Conflict, IdempotencyKeyReused
from contracts.event import Receipt
from tests.support.ledger.messages import Book, EntryView
from tests.support.ledger.rows import Entry
from tests.support.ledger.usecases import book


def ask(store: Store, command_id: str, text: str) -> Receipt[EntryView]:
    return store.once(EntryView, book, Book(command_id=command_id, text=text))


def shelved_book(
    *, counted: AbstractSet[str] = frozenset(), once_counted: AbstractSet[str] = frozenset()
) -> type[Book]:
    """A version of a command, by which of its fields are wishes, or once were."""

    class ShelvedBook(Book):
        circumstances = frozenset({"shelf"}) - counted
        once_wished = frozenset(once_counted)
        shelf: str

    return ShelvedBook


def count(store: Store, model: type) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_repeat_returns_the_first_result_and_does_nothing(store: Store) -> None:
    first = ask(store, "1", "bread")

    second = ask(store, "1", "bread")

    assert not first.replayed
    assert second.replayed
    assert second.result == first.result
    assert (count(store, Entry), count(store, OutboxRow)) == (1, 1)


def test_another_command_under_the_same_id_is_refused(store: Store) -> None:
    ask(store, "1", "bread")

    with pytest.raises(IdempotencyKeyReused):
        ask(store, "1", "milk")

    assert count(store, Entry) == 1


def test_a_repeat_across_a_version_that_wishes_less_returns_the_first_result(
    store: Store,
) -> None:
    shelved = {"command_id": "1", "text": "bread", "shelf": "upper"}
    first = store.once(EntryView, book, shelved_book(counted={"shelf"})(**shelved))

    now = shelved_book(once_counted={"shelf"})
    again = store.once(EntryView, book, now(**shelved))

    assert (again.replayed, again.result) == (True, first.result)
    with pytest.raises(IdempotencyKeyReused):
        store.once(EntryView, book, now(**shelved | {"text": "milk"}))


def test_a_refused_command_leaves_nothing_and_may_come_again(store: Store) -> None:
    for _ in range(2):
        with pytest.raises(Conflict):
            ask(store, "1", "refused")

    assert count(store, Entry) == count(store, OutboxRow) == count(store, CommandRow) == 0
    assert not ask(store, "1", "bread").replayed


def test_many_at_once_have_one_effect_and_one_answer(store: Store) -> None:
    start = threading.Barrier(8)

    def repeat() -> Receipt[EntryView]:
        start.wait()
        return ask(store, "1", "bread")

    with ThreadPoolExecutor(8) as threads:
        receipts = [each.result() for each in [threads.submit(repeat) for _ in range(8)]]

    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 7
    assert {receipt.result.id for receipt in receipts} == {1}
    assert (count(store, Entry), count(store, OutboxRow)) == (1, 1)


def test_when_the_first_of_two_fails_the_second_is_carried_out(store: Store) -> None:
    both_asked, start = threading.Event(), threading.Barrier(2)

    def fail(session: Session, command: Book, now: datetime) -> EntryView:
        start.wait()
        both_asked.wait(0.2)
        raise Conflict("not this one")

    def failing() -> None:
        with pytest.raises(Conflict):
            store.once(EntryView, fail, Book(command_id="1", text="bread"))

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(failing)
        start.wait()
        second = threads.submit(ask, store, "1", "bread")
        both_asked.set()
        first.result()

    assert not second.result().replayed
    assert count(store, Entry) == 1
