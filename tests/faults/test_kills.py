"""`kill -9` of any process while tickets are being opened loses none and doubles none."""

from collections import Counter

import pytest

from tests.faults.conftest import BreakableDesk
from tests.support.load import OpeningTickets
from tests.support.running_desk import wait_until
from tests.support.story import admin

PAST_EVERY_DEADLINE_SECONDS = 3 * 86_400.0


@pytest.mark.parametrize("victim", ["tickets", "incidents", "sla", "gateway", "bot", "broker"])
def test_every_ticket_answered_with_201_is_there_once_and_its_events_arrive(
    breakable: BreakableDesk, victim: str
) -> None:
    desk, boss = breakable.desk, admin(breakable.desk)
    before = boss.asks("GET", "/stats/").json()["opened"]

    with OpeningTickets(desk) as load:
        wait_until(lambda: len(load.acknowledged) >= 20, 30, "load before the kill")
        breakable.break_and_mend(victim)
        wait_until(lambda: _all_work_on(load, 20), 60, "load after the kill")
    desk.wait_until_healthy()

    assert load.refused == []
    told = [ticket["id"] for _, ticket in load.acknowledged]
    assert max(Counter(told).values()) == 1
    owners = {user.id: user for user, _ in load.acknowledged}
    kept = {ticket["id"] for user in owners.values() for ticket in user.lists(limit=100)}
    assert kept == set(told)
    assert boss.asks("GET", "/stats/").json()["opened"] - before == len(told)
    for user, ticket in load.acknowledged[::10]:
        assert user.reads(ticket["id"])["description"] == ticket["description"]


def test_after_all_that_every_ticket_has_exactly_one_clock_that_breaches_once(
    breakable: BreakableDesk,
) -> None:
    desk, boss = breakable.desk, admin(breakable.desk)
    opened = boss.asks("GET", "/stats/").json()["opened"]

    desk.set_clock(PAST_EVERY_DEADLINE_SECONDS)

    period = {"from": "2000-01-01T00:00:00Z", "to": "2999-01-01T00:00:00Z"}

    def breached() -> int:
        count: int = boss.asks("GET", "/stats/", params=period).json()["sla"]["breached"]
        return count

    wait_until(lambda: breached() >= opened, 60, lambda: f"{breached()} of {opened} breached")
    assert breached() == opened


def _all_work_on(load: OpeningTickets, more: int) -> bool:
    before = len(load.acknowledged)
    wait_until(lambda: len(load.acknowledged) >= before + more, 60, "tickets after the kill")
    return True
