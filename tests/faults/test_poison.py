"""A message that its handler cannot take in: tried five times, told, kept, and brought back."""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import EVENTS
from cli.ports import choose_port
from tests.support.botapi import TelegramPerson
from tests.support.poison import (
    QUEUE,
    PoisonedClocks,
    climb,
    open_poisoned_ticket,
    poisoned_clocks,
    tries_logged,
)
from tests.support.running_desk import AGENT_ID, OTHER_AGENT_ID, RunningDesk
from tests.support.starting import ROOT
from tests.support.story import app_user, first_response_is
from tests.support.waiting import wait_until

PROMISED_SECONDS = 1.0


@pytest.fixture(scope="module")
def metrics_port() -> int:
    return choose_port()


@pytest.fixture(scope="module")
def desk(shared_desk: RunningDesk, metrics_port: int) -> RunningDesk:
    """One whose bot can be asked for its numbers."""
    shared_desk.stop("bot")
    shared_desk.start("bot", SUPPORT_METRICS_PORT=str(metrics_port))
    shared_desk.wait_until_healthy()
    return shared_desk


@pytest.fixture(scope="module")
def agents(desk: RunningDesk) -> list[TelegramPerson]:
    """Two who have pressed Start."""
    agents = [desk.telegram.person(AGENT_ID, "Мария"), desk.telegram.person(OTHER_AGENT_ID, "Пётр")]
    for agent in agents:
        agent.receives(after=agent.says("/start"))
    return agents


@pytest.fixture
def clocks(desk: RunningDesk) -> Iterator[PoisonedClocks]:
    with poisoned_clocks(desk) as clocks:
        yield clocks


def dead(desk: RunningDesk, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`./support dead …`"""
    return subprocess.run(
        [sys.executable, "-m", "cli", "dead", *arguments],
        cwd=ROOT,
        env=os.environ | desk.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def parked(desk: RunningDesk) -> list[tuple[str, str]]:
    """The names of parked messages, each with its queue."""
    lines = [line.split("\t") for line in dead(desk, "list").stdout.splitlines() if "\t" in line]
    return [(name, queue) for name, queue, _ in lines]


def notes(agent: TelegramPerson, queue: str) -> list[str]:
    return [seen.text for seen in agent.received() if queue in seen.text]


def is_parked(metrics_port: int, count: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=3) as answer:
        return f"bot_parked_messages {count}.0" in answer.read().decode()


def seconds_to_a_clock(desk: RunningDesk, clocks: PoisonedClocks) -> float:
    """From the 201 of a new ticket to its clock in sla's database."""
    ticket = app_user(desk).opens_ticket("У других всё идёт своим чередом")
    opened_at = time.monotonic()
    wait_until(lambda: clocks.has(ticket["id"]))
    return time.monotonic() - opened_at


def test_a_poisoned_message_is_parked_told_once_and_brought_back(
    desk: RunningDesk, agents: list[TelegramPerson], clocks: PoisonedClocks, metrics_port: int
) -> None:
    anna = app_user(desk, "Анна")
    ticket = open_poisoned_ticket(anna, clocks)
    waits = [seconds_to_a_clock(desk, clocks) for _ in range(5)]
    letter = climb(desk, is_hurried=True)

    assert statistics.median(waits) < PROMISED_SECONDS, waits
    assert (letter.queue, letter.tries) == (QUEUE, 5)
    assert "poison" in letter.error
    failed = ["an event will be tried again"] * 4 + ["an event was parked"]
    wait_until(lambda: tries_logged(desk, letter.message_id) == failed)
    for agent in agents:
        agent.receives("Процесс sla", QUEUE, "./support dead list")
    wait_until(lambda: is_parked(metrics_port, 1), 30)
    assert not clocks.has(ticket["id"])
    assert letter.message_id in dead(desk, "list").stdout

    clocks.mend()
    replayed = dead(desk, "replay", "--all")

    assert replayed.stdout == "Replayed 1.\n", replayed.stderr
    wait_until(lambda: clocks.has(ticket["id"]))
    first_response_is(anna, ticket["id"], "pending")
    wait_until(lambda: is_parked(metrics_port, 0), 30)
    assert clocks.announcements(ticket["id"]) == 1
    assert dead(desk, "list").stdout == "No message is parked.\n"
    assert dead(desk, "replay", "--all").returncode == 1
    assert [len(notes(agent, QUEUE)) for agent in agents] == [1, 1]


@pytest.mark.parametrize(
    ("event_type", "queues"),
    [("ticket.taken.v1", ("sla.hear_taken", "bot.tell_taken")), ("sla.warned.v1", ("bot.warn",))],
)
def test_what_is_no_event_at_all_is_parked_at_once_and_told(
    desk: RunningDesk, agents: list[TelegramPerson], event_type: str, queues: tuple[str, ...]
) -> None:
    publisher = ConfirmingPublisher(desk.amqp_url)
    for body in (b"no JSON at all", b'{"event_id": 5}'):
        publisher.publish(Letter(event_type, body, "", exchange=EVENTS))
    publisher.close()

    twice = sorted([*queues, *queues])
    wait_until(lambda: sorted(queue for _, queue in parked(desk)) == twice)
    for agent in agents:
        for queue in queues:
            agent.receives(queue, "Ничего не потеряно")
    assert {len(notes(agent, queue)) for agent in agents for queue in queues} == {1}

    # Every queue that heard it keeps it under the same name.
    names = {name for name, _ in parked(desk)}
    assert len(names) == 2
    assert dead(desk, "drop", *names).stdout == f"Dropped {len(twice)}.\n"


def test_a_note_that_cannot_be_read_is_kept_and_not_told(
    desk: RunningDesk, agents: list[TelegramPerson]
) -> None:
    publisher = ConfirmingPublisher(desk.amqp_url)
    publisher.publish(Letter("message.parked.v1", b"{}", "a-bad-note", exchange=EVENTS))
    publisher.close()

    wait_until(lambda: "a-bad-note\tbot.tell_parked\t" in dead(desk, "list").stdout)

    assert [notes(agent, "bot.tell_parked") for agent in agents] == [[], []]
    assert dead(desk, "drop", "a-bad-note").stdout == "Dropped 1.\n"
