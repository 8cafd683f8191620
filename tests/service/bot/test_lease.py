"""The lease: one of several replicas works, the others can tell when it is their turn."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from services.bot import holders, lease
from services.bot.lease import LeaseLost, WorkLease
from services.bot.models import Lease
from tests.support.bot_rows import Rows


def takes(rows: Rows, name: str) -> str:
    with rows.store.writing() as session:
        return lease.take(session, name, is_over=lambda _: False)


def ends_now(rows: Rows) -> None:
    """As if its holder had been silent for long enough."""
    with rows.store.writing() as session:
        row = session.get_one(Lease, lease.WORK)
        row.until -= lease.LASTS + timedelta(seconds=1)


def test_the_first_to_ask_has_it_and_keeps_it(rows: Rows) -> None:
    assert takes(rows, "a") == "a"
    assert takes(rows, "b") == "a"
    assert takes(rows, "a") == "a"


def test_whoever_is_silent_for_too_long_loses_it(rows: Rows) -> None:
    takes(rows, "a")
    ends_now(rows)

    assert takes(rows, "b") == "b"
    assert takes(rows, "a") == "b"


def test_it_is_given_up_by_its_holder_alone(rows: Rows) -> None:
    takes(rows, "a")

    with rows.store.writing() as session:
        lease.give_up(session, "b")
    assert takes(rows, "b") == "a"
    with rows.store.writing() as session:
        lease.give_up(session, "a")

    assert takes(rows, "b") == "b"


def test_of_a_holder_whose_process_has_ended_it_is_taken_at_once(rows: Rows) -> None:
    with rows.store.writing() as session:
        lease.take(session, _name_of_another_process())

    with rows.store.writing() as session:
        assert lease.take(session, "b") == "b"


def _name_of_another_process() -> str:
    """It has ended by the time we have its name."""
    asked = "from services.bot import holders; print(holders.own_name())"
    command = [sys.executable, "-c", asked]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_life_that_goes_on_or_is_lived_elsewhere_is_not_taken_for_over() -> None:
    me = holders.own_name()
    place, _, began, rest = me.split("|")

    assert not holders.is_over(me)
    assert not holders.is_over(f"elsewhere|1|{began}|{rest}")
    assert not holders.is_over("")
    assert not holders.is_over("nonsense")
    assert holders.is_over(f"{place}|{os.getpid()}|1|{rest}")


@pytest.mark.parametrize("is_free_again", [False, True])
def test_a_holder_that_was_overtaken_ends(
    rows: Rows, monkeypatch: pytest.MonkeyPatch, is_free_again: bool
) -> None:
    """What the other had in hand when it went is taken up only at a start."""
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.01)

    async def story() -> None:
        mine = WorkLease(rows.store)
        await mine.take(lambda: None)
        assert mine.is_held
        ends_now(rows)
        takes(rows, "another")
        if is_free_again:
            ends_now(rows)
        async with asyncio.timeout(10):
            await mine.keep()

    with pytest.raises(LeaseLost):
        asyncio.run(story())


def test_what_a_replica_does_is_broken_off_when_it_could_not_renew(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "TRUSTED_SECONDS", 0.2)

    async def story() -> bool:
        mine = WorkLease(rows.store)
        await mine.take(lambda: None)
        async with asyncio.timeout(10):
            await mine.while_held(asyncio.sleep(60))
        return mine.is_held

    assert asyncio.run(story()) is False
