"""How long it takes to tell everybody who asked about an incident, and whom that holds up.

Thousands of people have asked in Telegram about an incident; an update of it is published, and then
its end. Meanwhile an agent answers one of them every few seconds.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from bench.faults.desks import running_desk
from bench.faults.report import Report, percentile
from chassis.clock import SystemClock
from chassis.rpc.client import RpcClient
from contracts.incidents import IncidentsClient, LinkTickets, ResolveIncident, UpdateIncident
from contracts.tickets import AnswerTicket, OpenTicket, Person, TicketsClient
from contracts.vocabulary import Category, Source
from services.bot.clients import BoundCaller
from tests.support.botapi import TelegramPerson, TelegramWorld
from tests.support.breaking import BreakableDesk
from tests.support.history.outcome import wait_until_at_rest

FIRST_ID = 100_000
GREETING = "Здравствуйте"
LINKED_AT_ONCE = 500
TOLD_SECONDS = 150.0
ANSWER_SECONDS = 2.0
PAUSE_SECONDS = 3.0
LONGEST_SECONDS = 600.0
LOOK_SECONDS = 2.0


@dataclass
class Crowd:
    """The people who asked, each with a ticket."""

    world: TelegramWorld
    tickets: TicketsClient
    incidents: IncidentsClient
    agent: TelegramPerson
    ticket_ids: dict[int, int] = field(default_factory=dict)
    """By the person's Telegram id."""


def run(kind: str, people: int) -> bool:
    """Measure on one database; did every promise hold?"""
    report = Report()
    with running_desk(kind, replicas=1) as breakable, _crowd(breakable, people) as crowd:
        _link_all(crowd)
        _wait_until_told(crowd, "мы уже знаем")
        _measure(report, crowd, "an update", _update, said="Нашли причину")
        _measure(report, crowd, "the end", _resolve, said="Платежи работают")
    return report.has_held()


@contextmanager
def _crowd(breakable: BreakableDesk, people: int) -> Iterator[Crowd]:
    """Everybody has asked, and an incident is open."""
    desk, agent = breakable.desk, breakable.agents[0]
    rpc = RpcClient(desk.amqp_url, "bench")
    caller = BoundCaller(rpc)
    crowd = Crowd(desk.telegram, TicketsClient(caller), IncidentsClient(caller), agent)
    try:
        agent.receives("объявлен", after=agent.says("/incident Не проходят платежи"))
        with ThreadPoolExecutor(4) as several:
            numbers = range(FIRST_ID, FIRST_ID + people)
            crowd.ticket_ids.update(several.map(lambda number: _ask(crowd, number), numbers))
        wait_until_at_rest(desk, LONGEST_SECONDS)
        _wait_until_told(crowd, GREETING)
        yield crowd
    finally:
        rpc.close()


def _ask(crowd: Crowd, number: int) -> tuple[int, int]:
    """A person meets the bot and asks; their number, and the ticket's."""
    crowd.world.person(number, f"Человек {number}").says("/start")
    command = OpenTicket(
        command_id=f"bench-{number}",
        requester=Person(id=f"tg:{number}", name=f"Человек {number}", telegram_id=number),
        description="Не проходит оплата",
        category=Category.PAYMENT,
        source=Source.TELEGRAM,
        received_at=SystemClock().now(),
    )
    return number, crowd.tickets.open_ticket(command).result.id


def _link_all(crowd: Crowd) -> None:
    """Everybody is told that we know."""
    ticket_ids = list(crowd.ticket_ids.values())
    for at in range(0, len(ticket_ids), LINKED_AT_ONCE):
        command = LinkTickets(
            command_id=f"bench-link-{at}",
            ticket_ids=ticket_ids[at : at + LINKED_AT_ONCE],
            agent_id=f"tg:{crowd.agent.id}",
        )
        crowd.incidents.link_tickets(command)


def _measure(
    report: Report, crowd: Crowd, name: str, tell: Callable[[Crowd, str], None], *, said: str
) -> None:
    """Publish something, and see when the last has it, and how long answers take meanwhile."""
    crowd.world.forget_calls()
    began = time.monotonic()
    tell(crowd, said)
    with _answering(crowd) as delays:
        _wait_until_told(crowd, said)
        took = time.monotonic() - began
    words = f"{name}: the last of {len(crowd.ticket_ids)} has it after {took:.0f} s"
    report.promise(f"{words} (150)", holds=took <= TOLD_SECONDS)
    worst = max(delays)
    words = f"{name}: {len(delays)} answers meanwhile, p50 {percentile(delays, 0.5):.2f} s"
    report.promise(f"{words}, worst {worst:.2f} s (2)", holds=worst <= ANSWER_SECONDS)


def _wait_until_told(crowd: Crowd, said: str) -> None:
    """Until everybody has it."""
    began = time.monotonic()
    while _told(crowd, said) < len(crowd.ticket_ids):
        assert time.monotonic() - began < LONGEST_SECONDS, "somebody was not told"
        time.sleep(LOOK_SECONDS)  # to look takes the server's time, which is measured here


def _told(crowd: Crowd, said: str) -> int:
    """How many of them have it."""
    sent = crowd.world.calls("sendMessage")
    has_come = (call for call in sent if call.status == 200)
    told = {call.chat_id for call in has_come if said in str(call.parameters.get("text"))}
    return len(told & crowd.ticket_ids.keys())


def _update(crowd: Crowd, said: str) -> None:
    command = UpdateIncident(
        command_id="bench-update",
        message=said,
        updated_by=f"tg:{crowd.agent.id}",
        updated_at=SystemClock().now(),
    )
    crowd.incidents.update_incident(command)


def _resolve(crowd: Crowd, said: str) -> None:
    command = ResolveIncident(
        command_id="bench-resolve",
        message=said,
        resolved_by=f"tg:{crowd.agent.id}",
        resolved_at=SystemClock().now(),
    )
    crowd.incidents.resolve_incident(command)


@contextmanager
def _answering(crowd: Crowd) -> Iterator[list[float]]:
    """An agent answers one person after another; how long each answer was on its way."""
    delays, is_over = list[float](), Event()

    def answer_all() -> None:
        for number, ticket_id in reversed(crowd.ticket_ids.items()):
            delays.append(_answer(crowd, number, ticket_id))
            if is_over.wait(PAUSE_SECONDS):
                return

    thread = Thread(target=answer_all)
    thread.start()
    try:
        yield delays
    finally:
        is_over.set()
        thread.join()


def _answer(crowd: Crowd, number: int, ticket_id: int) -> float:
    """Answer a person, and wait until they have it; the seconds from one to the other."""
    began = time.monotonic()
    body = f"Ответ {began}"
    command = AnswerTicket(
        command_id=f"bench-answer-{began}",
        ticket_id=ticket_id,
        agent_id=f"tg:{crowd.agent.id}",
        body=body,
        received_at=SystemClock().now(),
    )
    crowd.tickets.answer_ticket(command)
    crowd.world.wait_for_message(number, lambda one: body in one.text, within=60)
    return time.monotonic() - began
