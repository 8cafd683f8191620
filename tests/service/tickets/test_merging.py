"""Two tickets of one person become one, or nothing changes and it is said why."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts.errors import (
    AnswerOnItsWay,
    ContractError,
    IdempotencyKeyReused,
    MergeWithItself,
    NotAnAgent,
    TicketClosed,
    TicketNotFound,
    TicketsOfDifferentPeople,
)
from contracts.event import to_milliseconds
from contracts.tickets import LARGEST_ID, Person, TicketMerged
from contracts.vocabulary import AuthorKind, Source, TicketStatus
from tests.support.outage import Outage
from tests.support.tickets_desk import TicketsDesk

IN_APP = Person(id="anna", name="Анна", telegram_id=9)
IN_TELEGRAM = Person(id="tg:9", name="Анна", telegram_id=9)


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def two(desk: TicketsDesk) -> tuple[int, int]:
    """Two tickets of Anna's, a minute apart."""
    first = desk.opens("Не проходит оплата").id
    desk.clock.advance(minutes=1)
    return first, desk.opens("Всё ещё не проходит").id


def refusal_of(desk: TicketsDesk, attempt: Callable[[], object]) -> ContractError:
    """What an attempt is refused with that must leave everything as it was."""
    before = desk.lists()
    desk.told()
    with pytest.raises(ContractError) as refused:
        attempt()
    assert desk.lists() == before
    assert desk.told() == []
    return refused.value


def test_the_source_closes_and_says_where_it_went(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.clock.advance(minutes=1)

    desk.merges(source_id, survivor_id)

    source = desk.shows(source_id, to="anna")
    assert (source.status, source.merged_into, source.version) == ("closed", survivor_id, 2)
    assert source.status_since == source.updated_at == to_milliseconds(desk.now)
    assert source.unanswered_since is None
    asked, notice = source.messages
    assert asked.body == "Всё ещё не проходит"
    assert (notice.author.kind, notice.author.name, notice.body) == (AuthorKind.SYSTEM, "Пётр", "")
    assert notice.created_at == source.last_message_at == to_milliseconds(desk.now)
    assert (notice.delivery, source.unread) == (None, 0)


def test_the_survivor_goes_on_with_its_own_thread(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    before = desk.shows(survivor_id)
    desk.clock.advance(minutes=1)

    told = desk.merges(source_id, survivor_id)

    survivor = desk.shows(survivor_id)
    assert (told.result, told.replayed) == (survivor, False)
    assert (survivor.status, survivor.version) == (TicketStatus.OPEN, 2)
    assert (survivor.merged_from, survivor.merged_into) == ([source_id], None)
    assert survivor.merged_at == survivor.updated_at == to_milliseconds(desk.now)
    assert survivor.messages == before.messages
    assert survivor.last_message_at == before.last_message_at


@pytest.mark.parametrize("is_older", [True, False])
def test_the_earliest_unanswered_question_counts(desk: TicketsDesk, is_older: bool) -> None:
    older, newer = two(desk)
    earliest, latest = (desk.shows(one).created_at for one in (older, newer))
    source_id, survivor_id = (older, newer) if is_older else (newer, older)

    survivor = desk.merges(source_id, survivor_id).result

    assert survivor.unanswered_since == earliest
    assert survivor.inherited_since == (earliest if is_older else latest)


def test_a_survivor_that_waits_for_its_user_is_ours_again(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.answers(survivor_id)
    desk.clock.advance(minutes=1)

    survivor = desk.merges(source_id, survivor_id).result

    assert survivor.status == TicketStatus.IN_PROGRESS
    assert survivor.status_since == to_milliseconds(desk.now)
    assert survivor.unanswered_since == desk.shows(source_id).created_at
    assert survivor.reopened_at is None


def test_a_resolved_survivor_reopens(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.resolves(survivor_id)
    desk.clock.advance(days=1)

    survivor = desk.merges(source_id, survivor_id).result

    assert (survivor.status, survivor.resolved_at) == (TicketStatus.IN_PROGRESS, None)
    assert survivor.reopened_at == survivor.status_since == to_milliseconds(desk.now)
    assert survivor.unanswered_since == survivor.inherited_since
    assert survivor.inherited_since == desk.shows(source_id).created_at


@pytest.mark.parametrize("end", ["answered", "resolved"])
def test_a_source_without_an_open_question_leaves_the_survivor_as_it_is(
    desk: TicketsDesk, end: str
) -> None:
    survivor_id, source_id = two(desk)
    desk.resolves(survivor_id)
    desk.answers(source_id) if end == "answered" else desk.resolves(source_id)
    desk.clock.advance(minutes=1)

    survivor = desk.merges(source_id, survivor_id).result

    assert (survivor.status, survivor.reopened_at) == (TicketStatus.RESOLVED, None)
    assert (survivor.unanswered_since, survivor.inherited_since) == (None, None)
    assert survivor.merged_at == to_milliseconds(desk.now)


def test_an_answer_in_the_survivor_answers_what_came_with_the_source(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.merges(source_id, survivor_id)
    desk.clock.advance(minutes=1)

    desk.answers(survivor_id)

    answered = desk.shows(survivor_id)
    assert (answered.status, answered.unanswered_since) == (TicketStatus.WAITING, None)


def test_a_merge_is_told_with_all_that_is_needed_to_act_alone(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.told()
    desk.clock.advance(minutes=1)

    survivor = desk.merges(source_id, survivor_id).result

    (told,) = desk.told()
    assert isinstance(told, TicketMerged)
    assert (told.version, told.occurred_at) == (2, to_milliseconds(desk.now))
    assert told.ticket.model_dump() == survivor.model_dump(
        include=set(type(told.ticket).model_fields)
    )
    assert (told.source.id, told.source.version) == (source_id, 2)
    assert (told.source.status, told.source.merged_into) == (TicketStatus.CLOSED, survivor_id)
    assert told.agent.name == "Пётр"


def test_a_repeat_of_the_command_tells_the_same_and_does_nothing(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    first = desk.merges(source_id, survivor_id, command_id="m-1")
    desk.told()
    desk.clock.advance(minutes=1)

    again = desk.merges(source_id, survivor_id, command_id="m-1")

    assert (again.replayed, again.result) == (True, first.result)
    assert desk.told() == []
    with pytest.raises(IdempotencyKeyReused):
        desk.merges(survivor_id, source_id, command_id="m-1")


def test_a_ticket_is_not_merged_with_itself(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id

    assert isinstance(refusal_of(desk, lambda: desk.merges(ticket_id, ticket_id)), MergeWithItself)


@pytest.mark.parametrize("unknown", [404, 0, -1, LARGEST_ID + 1])
def test_a_ticket_that_does_not_exist_is_named(desk: TicketsDesk, unknown: int) -> None:
    ticket_id = desk.opens().id

    for ids in ((ticket_id, unknown), (unknown, ticket_id)):
        refusal = refusal_of(desk, lambda ids=ids: desk.merges(*ids))
        assert isinstance(refusal, TicketNotFound)
        assert refusal.details == {"ticket_id": str(unknown)}


def test_strangers_merge_nothing(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.lets_in(8)
    desk.removes(8)

    for stranger in ("tg:8", "tg:9"):
        refusal = refusal_of(desk, lambda who=stranger: desk.merges(source_id, survivor_id, by=who))
        assert isinstance(refusal, NotAnAgent)


def test_an_administrator_may_merge(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)

    assert desk.merges(source_id, survivor_id, by="admin").result.merged_from == [source_id]


@pytest.mark.parametrize("is_written", [True, False], ids=["closed", "only due to close"])
def test_a_closed_ticket_is_neither_source_nor_survivor(
    desk: TicketsDesk, is_written: bool
) -> None:
    closed = desk.opens().id
    desk.resolves(closed)
    desk.clock.advance(days=7)
    if is_written:
        assert desk.closes_outlived() == 1
    fresh = desk.opens().id

    for ids in ((closed, fresh), (fresh, closed)):
        refusal = refusal_of(desk, lambda ids=ids: desk.merges(*ids))
        assert isinstance(refusal, TicketClosed)
        assert refusal.details == {"ticket_id": str(closed)}


def test_tickets_of_different_people_stay_apart(desk: TicketsDesk) -> None:
    hers = desk.opens().id
    his = desk.opens(by=Person(id="boris", name="Борис")).id

    refusal = refusal_of(desk, lambda: desk.merges(his, hers))

    assert isinstance(refusal, TicketsOfDifferentPeople)


def test_one_person_s_two_doors_are_one_person(desk: TicketsDesk) -> None:
    in_app, in_telegram = desk.opens(by=IN_APP).id, desk.opens(by=IN_TELEGRAM).id

    desk.merges(in_telegram, in_app)

    assert desk.shows(in_telegram, to="anna").merged_into == in_app
    assert desk.shows(in_app, to="tg:9").merged_from == [in_telegram]


def test_two_app_users_are_not_brought_together_by_the_telegram_user_they_share(
    desk: TicketsDesk,
) -> None:
    anna = desk.opens(by=IN_APP).id
    between = desk.opens(by=IN_TELEGRAM).id
    olga = desk.opens(by=Person(id="olga", name="Ольга", telegram_id=9)).id
    desk.merges(anna, between)

    for ids in ((between, olga), (olga, between)):
        refusal = refusal_of(desk, lambda ids=ids: desk.merges(*ids))
        assert isinstance(refusal, TicketsOfDifferentPeople)


@pytest.mark.parametrize("is_source", [True, False])
def test_a_merge_waits_for_an_answer_that_is_on_its_way(desk: TicketsDesk, is_source: bool) -> None:
    ticket_id = desk.opens(source=Source.TELEGRAM).id
    other_id = desk.opens(source=Source.TELEGRAM).id
    answer = desk.answers(ticket_id)
    ids = (ticket_id, other_id) if is_source else (other_id, ticket_id)
    refusal = refusal_of(desk, lambda: desk.merges(*ids, command_id="m-1"))
    assert isinstance(refusal, AnswerOnItsWay)

    desk.delivers(ticket_id, answer.id)
    survivor = desk.merges(*ids, command_id="m-1").result

    inherited = None if is_source else desk.shows(other_id).created_at
    assert survivor.inherited_since == inherited


@pytest.mark.parametrize("is_merged_again", [False, True])
def test_an_answer_from_before_the_merge_answers_nothing_that_came_with_it(
    desk: TicketsDesk, is_merged_again: bool
) -> None:
    survivor_id = desk.opens(source=Source.TELEGRAM).id
    desk.clock.advance(minutes=1)
    source_id = desk.opens(source=Source.TELEGRAM).id
    asked_at = desk.shows(source_id).created_at
    desk.clock.advance(minutes=1)
    written_at = desk.now
    refused = desk.answers(survivor_id)
    desk.delivers(survivor_id, refused.id, delivered=False)
    desk.clock.advance(minutes=1)
    desk.merges(source_id, survivor_id)
    desk.clock.advance(minutes=1)
    if is_merged_again:
        owes_nothing = desk.opens(source=Source.TELEGRAM).id
        desk.delivers(owes_nothing, desk.answers(owes_nothing).id)
        desk.merges(owes_nothing, survivor_id)
        desk.clock.advance(minutes=1)

    desk.delivers(survivor_id, refused.id)  # its reader is back
    arrived = desk.shows(survivor_id)
    desk.delivers(survivor_id, desk.answers(survivor_id, received_at=written_at).id)
    waited = desk.shows(survivor_id)
    desk.delivers(survivor_id, desk.answers(survivor_id).id)

    for ticket in (arrived, waited):
        assert ticket.status == TicketStatus.IN_PROGRESS
        assert ticket.unanswered_since == asked_at
    answered = desk.shows(survivor_id)
    assert (answered.status, answered.unanswered_since) == (TicketStatus.WAITING, None)


def test_whoever_comes_to_a_merged_ticket_is_told_where_it_went_on(desk: TicketsDesk) -> None:
    first, second = two(desk)
    third = desk.opens("И снова").id
    desk.merges(first, second)
    desk.merges(second, third)

    comers: list[Callable[[], object]] = [
        lambda: desk.writes(first),
        lambda: desk.answers(first),
        lambda: desk.takes(first),
        lambda: desk.prioritises(first, "P1"),
        lambda: desk.judges(first, category="zoom"),
        lambda: desk.resolves(first),
        lambda: desk.merges(first, third),
        lambda: desk.merges(third, first),
    ]

    for comes in comers:
        refusal = refusal_of(desk, comes)
        assert isinstance(refusal, TicketClosed)
        assert refusal.details == {"ticket_id": str(first), "merged_into": str(third)}
    assert desk.shows(first).merged_into == second
    assert (desk.shows(second).merged_from, desk.shows(third).merged_from) == ([first], [second])


def test_several_merged_into_one_are_all_named_and_the_last_is_remembered(
    desk: TicketsDesk,
) -> None:
    first, second = two(desk)
    survivor_id = desk.opens("И снова").id
    desk.merges(second, survivor_id)
    desk.answers(first)
    desk.clock.advance(minutes=1)

    survivor = desk.merges(first, survivor_id).result

    assert survivor.merged_from == [first, second]
    assert (survivor.merged_at, survivor.inherited_since) == (to_milliseconds(desk.now), None)
    assert survivor.unanswered_since == desk.shows(second).created_at


def test_a_merged_ticket_counts_as_closed_and_not_as_resolved(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    resolved_id = desk.opens().id
    desk.resolves(resolved_id)
    desk.merges(source_id, survivor_id)
    desk.merges(resolved_id, survivor_id)

    figures = desk.counts(desk.now - timedelta(days=1), desk.now + timedelta(days=1))

    assert (figures.opened, figures.open, figures.resolved) == (3, 1, 0)
    assert figures.by_status[TicketStatus.CLOSED] == 2
    assert sum(agent.resolved for agent in figures.by_agent) == 0


def test_the_closer_leaves_a_merged_ticket_alone(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.resolves(source_id)
    desk.merges(source_id, survivor_id)
    desk.clock.advance(days=8)

    assert desk.closes_outlived() == 0


def test_what_was_written_is_found_once_and_where_it_was_written(desk: TicketsDesk) -> None:
    survivor_id, source_id = two(desk)
    desk.merges(source_id, survivor_id)

    assert [one.id for one in desk.lists(q="ещё не проходит").results] == [source_id]
    assert [one.id for one in desk.lists(unfinished=True).results] == [survivor_id]
    summary = next(one for one in desk.lists().results if one.id == source_id)
    assert summary.merged_into == survivor_id


@pytest.mark.parametrize("is_over", [False, True])
def test_a_question_waits_on_when_the_end_of_its_incident_would_be_told_nowhere(
    desk: TicketsDesk, *, is_over: bool
) -> None:
    survivor_id, source_id = two(desk)
    outage = Outage(desk)
    outage.has(source_id)
    asked_at = desk.shows(source_id).unanswered_since
    if is_over:
        outage.ends_with_nobody_told()

    desk.merges(source_id, survivor_id)

    assert desk.shows(survivor_id).inherited_since == (asked_at if is_over else None)
