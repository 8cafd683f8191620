"""The process itself: asked by the client the others use, over a real broker."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import EVENTS, Subscription, declare
from chassis.clock import SystemClock
from chassis.rpc.client import RpcClient
from chassis.storage.migrate import upgrade
from contracts.errors import AttachmentNotFound, Invalid, NotAnAgent, TicketNotFound
from contracts.event import Event, Message
from contracts.incidents import IncidentTicketLinked, IncidentView
from contracts.sla import SlaClockMoved
from contracts.tickets import (
    AddUserMessage,
    AnswerDelivered,
    AnswerTicket,
    GetStats,
    KeptFile,
    LinkedIncident,
    ListTickets,
    OpenTicket,
    Person,
    TakeTicket,
    TicketAnswered,
    TicketOpened,
    TicketsClient,
)
from contracts.vocabulary import IncidentImpact, IncidentStatus
from tests.support.queues import take_all
from tests.support.service_process import ServiceProcess
from tests.support.waiting import wait_until

EARS = [
    Subscription("tickets", "keep_deadline", SlaClockMoved),
    Subscription("tickets", "keep_link", IncidentTicketLinked),
    Subscription("sla", "hear_opened", TicketOpened),
    Subscription("sla", "hear_delivered", AnswerDelivered),
    Subscription("bot", "carry_answer", TicketAnswered),
]


class Caller:
    """Calls with a deadline and a request id, as an edge does."""

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    def call(self, service: str, method: str, message: Message | None = None) -> object:
        return self._client.call(service, method, message, timeout=5, request_id="r-1")


@pytest.fixture(scope="module")
def url(new_amqp_url: Callable[[], str]) -> str:
    url = new_amqp_url()
    declare(url, EARS)
    return url


@pytest.fixture(scope="module")
def tickets(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TicketsClient]:
    place = tmp_path_factory.mktemp("tickets")
    upgrade("tickets", f"sqlite:///{place / 'tickets.sqlite3'}")
    module, client = "services.tickets.service", RpcClient(url, "tests")
    process = ServiceProcess(
        "tickets", module, place / "log", AMQP_URL=url, SUPPORT_DATA_DIR=str(place)
    )
    with process:
        yield TicketsClient(Caller(client))
    client.close()


def opening(**parts: object) -> OpenTicket:
    return OpenTicket(
        **{
            "command_id": uuid4().hex,
            "requester": Person(id="anna", name="Анна"),
            "description": "Не могу войти",
            "received_at": SystemClock().now(),
            **parts,
        }
    )


def test_a_ticket_s_first_day(tickets: TicketsClient, url: str) -> None:
    command = opening()
    opened = tickets.open_ticket(command)
    again = tickets.open_ticket(command)
    ticket = opened.result
    answer = AnswerTicket(
        command_id=uuid4().hex,
        ticket_id=ticket.id,
        agent_id="admin",
        body="Чиним",
        received_at=SystemClock().now(),
    )
    message = tickets.answer_ticket(answer).result

    assert (again.replayed, again.result) == (True, ticket)
    assert tickets.get_ticket(ticket.id, "anna").messages[-1] == message
    assert ticket.id in [one.id for one in tickets.list_tickets(ListTickets()).results]
    events = {"sla.hear_opened": 1, "sla.hear_delivered": 1, "bot.carry_answer": 1}
    heard: dict[str, list[object]] = {queue: [] for queue in events}

    def have_all_come() -> bool:
        for queue in heard:
            heard[queue] += take_all(url, queue)
        return {queue: len(came) for queue, came in heard.items()} == events

    wait_until(have_all_come)


def test_refusals_reach_the_caller_as_themselves(tickets: TicketsClient) -> None:
    ticket = tickets.open_ticket(opening()).result

    with pytest.raises(TicketNotFound):
        tickets.get_ticket(ticket.id, "boris")
    with pytest.raises(NotAnAgent):
        tickets.take_ticket(
            TakeTicket(command_id=uuid4().hex, ticket_id=ticket.id, agent_id="tg:404")
        )
    with pytest.raises(Invalid) as refusal:
        tickets.add_user_message(
            AddUserMessage(
                command_id=uuid4().hex,
                ticket_id=ticket.id,
                requester_id="anna",
                body="   ",
                received_at=SystemClock().now(),
            )
        )
    assert refusal.value.details == {"message": "empty"}


def test_sla_s_deadline_is_heard_and_kept(tickets: TicketsClient, url: str) -> None:
    ticket = tickets.open_ticket(opening()).result
    due_at = datetime(2026, 3, 2, 18, tzinfo=UTC)
    moved = SlaClockMoved(
        event_id=uuid4(),
        occurred_at=SystemClock().now(),
        version=1,
        ticket_id=ticket.id,
        next_due_at=due_at,
    )

    publish(url, moved)

    wait_until(lambda: tickets.get_ticket(ticket.id).next_due_at == due_at)


def test_a_link_that_is_delivered_twice_is_told_of_once(tickets: TicketsClient, url: str) -> None:
    ticket = tickets.open_ticket(opening()).result
    links = [link_of(ticket.id, number=number, version=number) for number in (1, 2)]

    publish(url, links[0], links[0], links[1], links[0])

    wait_until(lambda: len(tickets.get_ticket(ticket.id).messages) == 3)
    heard = tickets.get_ticket(ticket.id)
    assert [message.incident and message.incident.id for message in heard.messages] == [None, 1, 2]
    assert heard.incident == LinkedIncident(id=2, title="Не проходят платежи")


def link_of(ticket_id: int, number: int, version: int) -> IncidentTicketLinked:
    incident = IncidentView(
        id=number,
        title="Не проходят платежи",
        status=IncidentStatus.INVESTIGATING,
        impact=IncidentImpact.MAJOR,
        started_at=SystemClock().now(),
    )
    return IncidentTicketLinked(
        event_id=uuid4(),
        occurred_at=SystemClock().now(),
        version=version,
        incident=incident,
        ticket_id=ticket_id,
        agent_id="tg:7",
    )


def publish(url: str, *events: Event) -> None:
    """As another process's relay would."""
    publisher = ConfirmingPublisher(url)
    for event in events:
        body, event_id = event.model_dump_json().encode(), str(event.event_id)
        publisher.publish(
            Letter(exchange=EVENTS, routing_key=event.type, body=body, message_id=event_id)
        )
    publisher.close()


def test_figures_are_told(tickets: TicketsClient) -> None:
    tickets.open_ticket(opening())
    now = SystemClock().now()

    figures = tickets.get_stats(
        GetStats(from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=1))
    )

    assert figures.opened >= 1


def test_a_file_is_told_of_to_its_owner(tickets: TicketsClient) -> None:
    png = KeptFile(key="ab" * 32, name="снимок.png", media_type="image/png", size=7)
    ticket = tickets.open_ticket(opening(description="", attachments=[png])).result
    (file,) = ticket.messages[0].attachments

    assert tickets.get_attachment(file.id, "anna") == file
    with pytest.raises(AttachmentNotFound):
        tickets.get_attachment(file.id, "boris")
