"""Two tickets became one: both clocks take it in together."""

from dataclasses import replace
from uuid import uuid4

from chassis.clock import SetClock
from contracts.tickets import TicketMerged, TicketOpened
from contracts.vocabulary import CycleStart, CycleState, TicketStatus
from tests.support.sla_desk import ANNA, SlaDesk, facts_of, named
from tests.support.sla_story import Snapshot, at, become, opened

SOURCE = named(opened("10:00"), 41)
SURVIVOR = named(opened("11:00"), 42)


def surviving(clock: str) -> Snapshot:
    return replace(
        SURVIVOR,
        version=2,
        merged_at=at(clock),
        inherited_since=at("10:00"),
        unanswered_since=at("10:00"),
    )


def merged(clock: str) -> TicketMerged:
    """At that time the source, where a question waited, was merged into the survivor."""
    source = become(SOURCE, clock, TicketStatus.CLOSED, unanswered_since=None)
    return TicketMerged(
        event_id=uuid4(),
        occurred_at=at(clock),
        version=2,
        ticket=facts_of(surviving(clock)),
        source=facts_of(source),
        agent=ANNA,
    )


def test_a_merge_is_heard_twice_and_before_its_tickets_were(desk: SlaDesk, clock: SetClock) -> None:
    clock.instant = at("11:30")
    event = merged("11:30")

    desk.service.hear_merged(event)
    desk.service.hear_merged(event)
    desk.hears(TicketOpened, SOURCE)
    desk.hears(TicketOpened, SURVIVOR)

    assert desk.cycle(41).state == CycleState.CANCELLED
    assert desk.cycle(42).state == CycleState.CANCELLED
    (_, inherited) = desk.explains(SURVIVOR)
    assert (inherited.cycle, inherited.started_at, inherited.due_at) == (
        2,
        at("10:00"),
        at("12:00"),
    )
    assert (inherited.inherited_from, inherited.inherited_at) == (41, at("11:30"))


def test_an_inherited_start_is_told_as_such_also_before_its_merge_is_heard(desk: SlaDesk) -> None:
    desk.hears(TicketOpened, SURVIVOR)

    (own, inherited) = desk.explains(surviving("11:30"))

    assert (own.started_by, own.inherited_at) == (CycleStart.OPENED, None)
    assert (inherited.started_by, inherited.inherited_at) == (CycleStart.INHERITED, at("11:30"))
    assert inherited.inherited_from is None


def test_of_one_question_only_the_survivor_s_breach_counts(desk: SlaDesk, clock: SetClock) -> None:
    for ticket in (SOURCE, SURVIVOR):
        desk.hears(TicketOpened, ticket)
    clock.instant = at("12:10")
    desk.scans()

    desk.service.hear_merged(merged("12:10"))

    assert desk.words(41) == ["SlaBreached"]
    assert desk.words(42) == ["SlaBreached"]
    assert desk.stats("10:00", "13:00").breached == 1


def test_a_merge_before_the_deadline_that_is_heard_after_it_moves_the_breach(
    desk: SlaDesk, clock: SetClock
) -> None:
    for ticket in (SOURCE, SURVIVOR):
        desk.hears(TicketOpened, ticket)
    clock.instant = at("12:10")
    desk.scans()

    desk.service.hear_merged(merged("11:30"))

    assert desk.words(41) == ["SlaBreached", "SlaBreachWithdrawn"]
    assert desk.words(42) == ["SlaBreached"]
