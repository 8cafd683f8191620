"""What the version before left on its way is handled by this one, all of it, once.

On its way means: events in queues, in an outbox and on the ladder; updates that Telegram keeps; a
command whose outcome nobody knows; a gateway of the old version that asks new services.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.broker.topology import topology_of
from chassis.declare import subscriptions_of
from tests.support.botapi import TelegramPerson, TelegramWorld, running_telegram
from tests.support.measured import Tell
from tests.support.poison import QUEUE, PoisonedClocks, poisoned_clocks
from tests.support.queues import depth
from tests.support.running_desk import AGENT_ID, DATABASES, OTHER_AGENT_ID, RunningDesk
from tests.support.starting import ROOT
from tests.support.story import AppUser, app_user, ticket_named_in
from tests.support.version_before import version_before
from tests.support.waiting import wait_until
from tests.support.wiretap import rows

SERVICES = ("tickets", "incidents", "sla", "bot")


@dataclass
class InFlight:
    """What is on its way between the versions, and whose it is."""

    anna: AppUser
    boris: TelegramPerson
    key: str
    """Of the ticket whose outcome is unknown."""
    numbers: list[int]
    """The tickets of which sla or the bot does not know yet."""


def open_with(user: AppUser, key: str) -> httpx.Response | None:
    """Send the form once under a key; None when the connection broke."""
    try:
        return user.asks(
            "POST",
            "/tickets/",
            json={"description": "Что с ним стало?"},
            headers={"Idempotency-Key": key},
        )
    except httpx.HTTPError:
        return None


def come(telegram: TelegramWorld) -> list[TelegramPerson]:
    agents = [telegram.person(AGENT_ID, "Мария"), telegram.person(OTHER_AGENT_ID, "Пётр")]
    for agent in agents:
        agent.receives(after=agent.says("/start"))
    return agents


def leave_things_on_their_way(
    desk: RunningDesk, clocks: PoisonedClocks, agents: list[TelegramPerson]
) -> InFlight:
    """In the version before: fail once or twice, stop listening, write, and die before telling."""
    anna, boris = app_user(desk, "Анна"), desk.telegram.person(900_401, "Борис")
    first = anna.opens_ticket("До обновления")
    for agent in agents:
        agent.receives("До обновления")
    wait_until(lambda: clocks.has(first["id"]))
    clocks.refuse(first["id"] + 1)
    on_the_ladder = anna.opens_ticket("На лестнице")
    wait_until(lambda: "an event will be tried again" in desk.log("sla"))
    for agent in agents:
        agent.receives("На лестнице")
    desk.stop("sla")
    desk.stop("bot")
    clocks.mend()

    waiting = [anna.opens_ticket("В очереди"), anna.opens_ticket("Тоже в очереди")]
    anna.writes(first["id"], "И вот ещё что")
    boris.says("Напишу, пока бот молчит")
    for queue, count in ((QUEUE, 3), ("bot.announce_ticket", 2), ("bot.pass_on_message", 1)):
        wait_until_deep(desk, queue, count)

    key = str(uuid4())
    desk.stop("tickets")
    desk.start("tickets", SUPPORT_CRASH_AT="relay.before_publish")
    wait_until(lambda: open_with(anna, key) is not None and has_died(desk, "tickets"), 30)
    assert rows(desk, "outbox WHERE published_at IS NULL", "tickets") > 0
    numbers = [ticket["id"] for ticket in (on_the_ladder, *waiting)]
    return InFlight(anna, boris, key, numbers)


def wait_until_deep(desk: RunningDesk, queue: str, count: int) -> None:
    wait_until(
        lambda: depth(desk.amqp_url, queue) == count,
        20,
        lambda: f"{depth(desk.amqp_url, queue)} in {queue}",
    )


def has_died(desk: RunningDesk, name: str) -> bool:
    return desk.processes[name].poll() is not None


def nothing_waits(desk: RunningDesk) -> bool:
    """Has every outbox been told and every queue been emptied?"""
    topology = topology_of(one for name in DATABASES for one in subscriptions_of(name))
    return rows(desk, "outbox WHERE published_at IS NULL") == 0 and not any(
        depth(desk.amqp_url, queue.name) for queue in topology.queues
    )


def told_of(agent: TelegramPerson, number: int) -> int:
    """How often an agent was told that a ticket is new."""
    return sum(
        "Новый тикет" in seen.text and f"#{number} " in seen.text for seen in agent.received()
    )


@pytest.fixture
def databases(new_postgres_url: Callable[[], str]) -> dict[str, str]:
    return {name: new_postgres_url() for name in DATABASES}


def test_what_was_on_its_way_arrives_once(
    tmp_path: Path,
    new_amqp_url: Callable[[], str],
    databases: dict[str, str],
    record_property: Tell,
) -> None:
    with running_telegram() as telegram:
        desk = RunningDesk(tmp_path, new_amqp_url(), telegram, databases)
        try:
            before = version_before(tmp_path / "before")
            record_property("upgraded from", before.revision)
            upgrade(desk, before.root)
        finally:
            desk.down()


def upgrade(desk: RunningDesk, before: Path) -> None:
    desk.root = before
    desk.up()
    agents = come(desk.telegram)
    with poisoned_clocks(desk) as clocks:
        left = leave_things_on_their_way(desk, clocks, agents)

        desk.stop_all("gateway")
        desk.root = ROOT
        desk.migrate()
        for name in SERVICES:
            desk.start(name)
        desk.wait_until_healthy()
        asked_by_the_old = left.anna.opens_ticket("Старый шлюз, новые службы")
        desk.stop("gateway")
        desk.start("gateway")
        desk.wait_until_healthy()

        unknown = open_with(left.anna, left.key)
        assert unknown is not None
        assert unknown.status_code == 201, unknown.text
        again: dict[str, Any] = unknown.json()
        numbers = [*left.numbers, asked_by_the_old["id"], again["id"]]
        numbers.append(ticket_named_in(agents[0].receives("Напишу, пока бот молчит")))
        wait_until(lambda: all(clocks.has(one) for one in numbers), 30, "clocks are missing")
        wait_until(lambda: all(told_of(agent, one) for agent in agents for one in numbers), 30)
        wait_until(lambda: nothing_waits(desk), 30)
        left.boris.receives("принято")
        agents[0].receives("И вот ещё что")

        assert [clocks.announcements(number) for number in numbers] == [1] * len(numbers)
        assert [told_of(agent, one) for agent in agents for one in numbers] == [1] * 2 * len(
            numbers
        )
        opened = [ticket["id"] for ticket in left.anna.lists(limit=100)]
        assert len(opened) == len(set(opened)) == 6
