"""What agents do: answer, take, judge, resolve; and who is an agent."""

from uuid import uuid4

import pytest

from contracts.errors import (
    AgentNotFound,
    Invalid,
    MessageNotFound,
    NotAnAgent,
    TicketAlreadyResolved,
)
from contracts.event import to_milliseconds
from contracts.sla import SlaClockMoved
from contracts.tickets import (
    BY_START,
    LARGEST_ID,
    AnswerDelivered,
    AnswerRefused,
    FindAgent,
    TicketAnswered,
    TicketCategorised,
    TicketClosed,
    TicketPrioritised,
    TicketResolved,
    TicketTaken,
)
from contracts.vocabulary import Category, Delivery, Priority, Source, TicketStatus
from services.tickets import queries
from tests.support.tickets_desk import TicketsDesk


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def kinds(events: list[object]) -> list[type]:
    return [type(event) for event in events]


def test_an_answer_in_the_app_is_delivered_at_once(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()
    desk.clock.advance(minutes=10)

    message = desk.answers(ticket.id, " Чиним ")

    after = desk.shows(ticket.id)
    assert (message.body, message.author.name) == ("Чиним", "Пётр")
    assert message.delivery == Delivery.DELIVERED
    assert (after.status, after.version) == (TicketStatus.WAITING, 2)
    assert after.assignee is not None
    assert after.assignee.name == "Пётр"
    assert after.first_response_at == message.created_at == to_milliseconds(desk.now)
    answered, delivered = desk.told()
    assert isinstance(answered, TicketAnswered)
    assert (answered.version, answered.message, answered.agent.id) == (2, message, "tg:7")
    assert isinstance(delivered, AnswerDelivered)
    assert (delivered.version, delivered.message_id) == (2, message.id)
    assert delivered.written_at == message.created_at
    assert delivered.ticket == answered.ticket


def test_an_answer_into_telegram_counts_when_it_has_arrived(desk: TicketsDesk) -> None:
    ticket = desk.opens(source=Source.TELEGRAM)
    message = desk.answers(ticket.id)
    assert message.delivery == Delivery.PENDING
    assert desk.shows(ticket.id).first_response_at is None
    desk.told()
    desk.clock.advance(seconds=5)

    for _ in range(2):
        assert desk.delivers(ticket.id, message.id).delivery == Delivery.DELIVERED

    after = desk.shows(ticket.id)
    assert (after.first_response_at, after.version) == (message.created_at, 3)
    (delivered,) = desk.told()
    assert isinstance(delivered, AnswerDelivered)
    assert delivered.ticket.first_response_at == message.created_at


def test_a_refused_answer_opens_the_duty_again_until_another_arrives(desk: TicketsDesk) -> None:
    ticket = desk.opens(source=Source.TELEGRAM)
    first = desk.answers(ticket.id)
    desk.told()

    desk.delivers(ticket.id, first.id, delivered=False, refusal="bot was blocked")

    (refused,) = desk.told()
    assert isinstance(refused, AnswerRefused)
    assert (refused.message_id, refused.refusal) == (first.id, "bot was blocked")
    assert refused.ticket.status == TicketStatus.IN_PROGRESS
    assert refused.ticket.first_response_at is None
    desk.clock.advance(minutes=1)
    second = desk.answers(ticket.id)
    desk.delivers(ticket.id, second.id)
    after = desk.shows(ticket.id)
    assert (after.status, after.first_response_at) == (TicketStatus.WAITING, second.created_at)
    assert [one.delivery for one in after.messages] == [None, "failed", "delivered"]


def test_a_refused_answer_that_arrives_later_is_the_answer(desk: TicketsDesk) -> None:
    ticket = desk.opens(source=Source.TELEGRAM)
    answer = desk.answers(ticket.id)
    desk.delivers(ticket.id, answer.id, delivered=False, refusal="bot was blocked")
    desk.told()
    desk.clock.advance(hours=1)

    for _ in range(2):
        assert desk.delivers(ticket.id, answer.id).delivery == Delivery.DELIVERED
        desk.delivers(ticket.id, answer.id, delivered=False, refusal="late news of the first time")

    (delivered,) = desk.told()
    assert isinstance(delivered, AnswerDelivered)
    assert delivered.written_at == answer.created_at
    after = desk.shows(ticket.id)
    assert (after.status, after.first_response_at) == (TicketStatus.WAITING, answer.created_at)


def test_who_has_asked_since_still_waits_when_it_arrives(desk: TicketsDesk) -> None:
    ticket = desk.opens(source=Source.TELEGRAM)
    answer = desk.answers(ticket.id)
    desk.delivers(ticket.id, answer.id, delivered=False, refusal="bot was blocked")
    desk.clock.advance(hours=1)
    asked = desk.writes(ticket.id, "Я снова здесь")

    desk.delivers(ticket.id, answer.id)

    after = desk.shows(ticket.id)
    assert (after.status, after.unanswered_since) == (TicketStatus.IN_PROGRESS, asked.created_at)


def test_the_earliest_delivered_answer_is_the_first_response(desk: TicketsDesk) -> None:
    ticket = desk.opens(source=Source.TELEGRAM)
    early = desk.answers(ticket.id)
    desk.clock.advance(minutes=1)
    late = desk.answers(ticket.id)

    desk.delivers(ticket.id, late.id)
    assert desk.shows(ticket.id).first_response_at == late.created_at

    desk.delivers(ticket.id, early.id)
    assert desk.shows(ticket.id).first_response_at == early.created_at


@pytest.mark.parametrize("message_id", [0, 404, LARGEST_ID + 1])
def test_the_delivery_of_no_answer_is_refused(desk: TicketsDesk, message_id: int) -> None:
    ticket, other = desk.opens(), desk.opens()
    elsewhere = desk.answers(other.id)

    for wrong in (message_id, elsewhere.id, ticket.messages[0].id):
        with pytest.raises(MessageNotFound):
            desk.delivers(ticket.id, wrong)


def test_who_keeps_working_leaves_it_in_progress(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.answers(ticket.id)
    assert desk.shows(ticket.id).status == TicketStatus.WAITING

    assert desk.takes(ticket.id).status == TicketStatus.WAITING
    desk.clock.advance(minutes=1)
    kept = desk.takes(ticket.id, keep_working=True)

    assert kept.status == TicketStatus.IN_PROGRESS
    assert kept.status_since == to_milliseconds(desk.now)


def test_who_would_keep_working_on_what_is_resolved_does_not_even_take_it(
    desk: TicketsDesk,
) -> None:
    ticket = desk.opens()
    desk.resolves(ticket.id)
    boris = desk.lets_in(8).id
    before = desk.shows(ticket.id)

    with pytest.raises(TicketAlreadyResolved):
        desk.takes(ticket.id, by=boris, keep_working=True)

    assert desk.shows(ticket.id) == before


def test_an_answer_does_not_take_a_ticket_from_its_assignee(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.takes(ticket.id)

    desk.answers(ticket.id, by="admin", agent_name="Ольга")

    after = desk.shows(ticket.id)
    assert after.assignee is not None
    assert after.assignee.id == "tg:7"
    asked, answered = (message.author for message in after.messages)
    assert (answered.name, answered.id, asked.id) == ("Ольга", "admin", None)


def test_taking_makes_the_agent_the_assignee(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()

    taken = desk.takes(ticket.id)

    assert (taken.status, taken.version) == (TicketStatus.IN_PROGRESS, 2)
    (told,) = desk.told()
    assert isinstance(told, TicketTaken)
    assert (told.version, told.agent.name) == (2, "Пётр")
    assert told.ticket.assignee == told.agent


def test_a_new_priority_is_told_and_the_same_one_is_not(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()

    raised = desk.prioritises(ticket.id, "P0")
    desk.prioritises(ticket.id, "P0")

    assert (raised.priority, raised.version) == (Priority.P0, 2)
    assert raised.prioritised_at == to_milliseconds(desk.now)
    (told,) = desk.told()
    assert isinstance(told, TicketPrioritised)
    assert (told.version, told.ticket.priority) == (2, Priority.P0)
    assert told.agent is not None
    assert (told.agent.name, told.former) == ("Пётр", Priority.P3)


def test_a_requester_judges_the_own_ticket(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()

    judged = desk.judges(ticket.id, category=Category.ZOOM, priority=Priority.P1)

    assert (judged.category, judged.priority) == (Category.ZOOM, Priority.P1)
    told = desk.told()
    assert kinds(list(told)) == [TicketCategorised, TicketPrioritised]
    assert [event.version for event in told] == [2, 3]
    assert told[-1].ticket.version == judged.version == 3
    assert isinstance(told[-1], TicketPrioritised)
    assert (told[-1].agent, told[-1].former) == (None, Priority.P3)


def test_p0_is_an_agent_s_word(desk: TicketsDesk) -> None:
    ticket = desk.opens()

    with pytest.raises(Invalid) as refusal:
        desk.judges(ticket.id, priority=Priority.P0)
    assert refusal.value.details == {"priority": "agents_only"}

    desk.prioritises(ticket.id, "P0")
    assert desk.judges(ticket.id, priority=Priority.P3).priority == Priority.P0


def test_resolving_is_told_and_done_once(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()

    resolved = desk.resolves(ticket.id)

    assert (resolved.status, resolved.version) == (TicketStatus.RESOLVED, 2)
    assert resolved.resolved_at == to_milliseconds(desk.now)
    (told,) = desk.told()
    assert isinstance(told, TicketResolved)
    assert (told.version, told.agent.name, told.ticket.status) == (2, "Пётр", "resolved")
    with pytest.raises(TicketAlreadyResolved):
        desk.resolves(ticket.id)
    assert desk.told() == []


def test_who_has_no_access_can_do_nothing(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.lets_in(8)
    desk.removes(8)

    for stranger in ("tg:8", "tg:9"):
        for ask in (
            lambda who=stranger: desk.answers(ticket.id, by=who),
            lambda who=stranger: desk.takes(ticket.id, by=who),
            lambda who=stranger: desk.prioritises(ticket.id, "P1", by=who),
            lambda who=stranger: desk.resolves(ticket.id, by=who),
        ):
            with pytest.raises(NotAnAgent):
                ask()


def test_agents_come_and_go_and_come_again(desk: TicketsDesk) -> None:
    def access(telegram_id: int) -> str:
        found = desk.store.ask(queries.find_agent, FindAgent(telegram_id=telegram_id))
        return str(found.name)

    desk.answers(desk.opens().id, by="admin", agent_name="Ольга")
    assert [one.name for one in desk.store.ask(queries.list_agents).agents] == ["Пётр"]
    desk.removes(7)
    assert desk.store.ask(queries.list_agents).agents == []
    for ask in (lambda: access(7), lambda: desk.removes(7), lambda: access(404)):
        with pytest.raises(AgentNotFound):
            ask()
    desk.lets_in(7, "")
    assert access(7) == "Пётр"
    desk.lets_in(7, "Пётр Ильич")
    assert access(7) == "Пётр Ильич"


def test_a_name_is_told_by_who_has_access_and_lets_nobody_in(desk: TicketsDesk) -> None:
    assert desk.lets_in(7, "Пётр Ильич", by=BY_START).name == "Пётр Ильич"
    desk.removes(7)

    for nobody in (7, 404):
        with pytest.raises(NotAnAgent):
            desk.lets_in(nobody, "Пётр", by=BY_START)

    assert desk.store.ask(queries.list_agents).agents == []
    assert desk.lets_in(7, "").name == "Пётр Ильич"


def test_the_next_deadline_is_kept_unless_something_newer_is_known(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()
    early, late = desk.now, desk.now.replace(hour=18)

    def moved(version: int, due_at: object) -> SlaClockMoved:
        return SlaClockMoved(
            event_id=uuid4(),
            occurred_at=desk.now,
            version=version,
            ticket_id=ticket.id,
            next_due_at=due_at,
        )

    desk.hears(moved(2, late))
    for version in (1, 2):
        desk.hears(moved(version, early))
    assert desk.shows(ticket.id).next_due_at == to_milliseconds(late)

    desk.hears(moved(3, None))
    assert desk.shows(ticket.id).next_due_at is None
    assert (desk.shows(ticket.id).version, desk.told()) == (1, [])


def test_the_deadline_of_a_ticket_nobody_knows_is_let_pass(desk: TicketsDesk) -> None:
    desk.hears(
        SlaClockMoved(
            event_id=uuid4(), occurred_at=desk.now, version=1, ticket_id=404, next_due_at=None
        )
    )


def test_resolved_tickets_close_after_seven_days_a_batch_at_a_time(desk: TicketsDesk) -> None:
    outlived = [desk.opens().id for _ in range(3)]
    for ticket_id in outlived:
        desk.resolves(ticket_id)
    desk.clock.advance(seconds=1)
    recent, unfinished = desk.opens(), desk.opens()
    desk.resolves(recent.id)
    desk.told()
    desk.clock.advance(days=7, milliseconds=-1)

    assert [desk.closes_outlived(limit=2) for _ in range(3)] == [2, 1, 0]

    told = desk.told()
    assert kinds(list(told)) == [TicketClosed] * 3
    assert [(event.ticket.id, event.version) for event in told] == [(one, 3) for one in outlived]
    assert {event.ticket.status for event in told} == {TicketStatus.CLOSED}
    assert desk.shows(recent.id).status == TicketStatus.RESOLVED
    assert desk.shows(unfinished.id).status == TicketStatus.OPEN
