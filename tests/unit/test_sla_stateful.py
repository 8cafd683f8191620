"""A ticket's whole life, in whatever order it is heard of: its clocks stand as SLA.md's table says.

`TicketDesk` tells what tickets would, `Listener` hears it with the domain of sla, and `Table` reads
from what was done what has to come of it. Each rule is something that people or time do.
"""

import random
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from contracts.tickets import AgentView
from contracts.vocabulary import Priority, TicketStatus
from services.sla.domain import Edition, Policy, Target, read_calendar, round_the_clock
from tests.support.sla_listener import Listener
from tests.support.sla_model import FINISHED, FIRST, HOUR, NEXT, RESOLUTION, Table
from tests.support.sla_story import OFFICE, at
from tests.support.sla_tickets import TicketDesk, Told

P0, P1, P2, P3 = Priority
OPENED_AT = at("26 15:00")
ANN, BEN = (AgentView(id=name, name=name) for name in ("ann", "ben"))
DATES = {"2026-11-28": ["10:00-14:00"], "2026-11-30": list[str]()}
ROUND_THE_CLOCK = round_the_clock()
CALENDARS = {
    "24x7": ROUND_THE_CLOCK,
    "business": read_calendar("business", "UTC", week=OFFICE),
}
OTHER_CALENDARS = {
    "24x7": ROUND_THE_CLOCK,
    "business": read_calendar("business with a day off", "UTC", week=OFFICE, dates=DATES),
}


def targets(*hours: int, business: tuple[Priority, ...] = (P2,)) -> dict[Priority, Target]:
    """For P0 to P3, in fives, so that the warnings too come at full hours."""
    return {
        priority: Target(
            60 * promised,
            "business" if priority in business else "24x7",
            (0.6, 0.8) if priority is P0 else (0.8,),
        )
        for priority, promised in zip(Priority, hours, strict=True)
    }


PROMISES = (
    {
        FIRST: targets(5, 10, 15, 50),
        NEXT: targets(5, 10, 10, 25),
        RESOLUTION: targets(15, 30, 40, 100, business=(P1, P2)),
    },
    {FIRST: targets(5, 10, 20, 30, business=())},
    {FIRST: targets(5, 15, 10, 10, business=(P2, P3)), RESOLUTION: targets(10, 20, 25, 25)},
    {
        FIRST: targets(5, 5, 20, 20),
        NEXT: targets(10, 10, 10, 10, business=tuple(Priority)),
        RESOLUTION: targets(40, 30, 20, 10, business=()),
    },
)

TO_THE_DEADLINE = 0
gaps = st.sampled_from([1, 1, 2, 3, 4, 6, 10, 24, 40, TO_THE_DEADLINE, TO_THE_DEADLINE])
delays = st.sampled_from([0, 0, 0, 1, 2, 7])
places = st.integers(0, 7)
agents = st.sampled_from([ANN, BEN])
priorities = st.sampled_from(Priority)


def is_living(life: "TicketLife") -> bool:
    return life.desk.status is not TicketStatus.CLOSED


def is_settled(life: "TicketLife") -> bool:
    """Until a letter has arrived or failed nothing is merged."""
    return is_living(life) and not life.desk.on_the_way


class TicketLife(RuleBasedStateMachine):
    """One hears everything at once, another in any order, late and twice."""

    @initialize(priority=priorities, in_telegram=st.booleans())
    def user_opens(self, priority: Priority, in_telegram: bool) -> None:
        self.desk = TicketDesk(OPENED_AT, priority, in_telegram=in_telegram)
        self.editions = [Edition(at("01 00:00"), Policy(1, PROMISES[0], CALENDARS))]
        self.prompt, self.tardy = Listener(), Listener()
        self.on_its_way: list[Told] = []
        self.told = 0
        self.moments = {OPENED_AT}
        self.written_at = OPENED_AT
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps, delay=delays)
    def user_writes(self, gap: int, delay: int) -> None:
        """Their messages come in order, but agents may have done something in between."""
        self._passes(gap)
        self.written_at = self._moment(delay, after=self.written_at) or self.desk.now
        self.desk.user_writes(self.written_at)
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps, delay=delays, agent=agents)
    def agent_answers(self, gap: int, delay: int, agent: AgentView) -> None:
        """The clock of what waits for the user stands."""
        self._passes(gap)
        received = self._moment(delay, after=OPENED_AT) or self.desk.now
        self.desk.agent_answers(agent, received)
        self._is_told()

    @precondition(lambda life: life.desk.on_the_way)
    @rule(gap=gaps, place=places)
    def letter_arrives(self, gap: int, place: int) -> None:
        self._passes(gap)
        self.desk.letter_arrives(place % len(self.desk.on_the_way))
        self._is_told()

    @precondition(lambda life: life.desk.on_the_way)
    @rule(gap=gaps, place=places)
    def telegram_refuses(self, gap: int, place: int) -> None:
        self._passes(gap)
        self.desk.telegram_refuses(place % len(self.desk.on_the_way))
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps)
    def incident_is_linked(self, gap: int) -> None:
        self._passes(gap)
        self.desk.incident_is_linked()
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps)
    def incident_is_withdrawn(self, gap: int) -> None:
        self._passes(gap)
        self.desk.incident_is_withdrawn()
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps, agent=agents, keep_working=st.booleans())
    def agent_takes(self, gap: int, agent: AgentView, keep_working: bool) -> None:
        """The clock runs again if the agent keeps working."""
        self._passes(gap)
        is_resolved = self.desk.status is TicketStatus.RESOLVED
        self.desk.agent_takes(agent, keep_working=keep_working and not is_resolved)
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps, priority=priorities)
    def agent_prioritises(self, gap: int, priority: Priority) -> None:
        self._passes(gap)
        self.desk.agent_prioritises(priority)
        self._is_told()

    @precondition(is_living)
    @rule(gap=gaps)
    def agent_notes(self, gap: int) -> None:
        self._passes(gap)
        self.desk.agent_notes()
        self._is_told()

    @precondition(lambda life: life.desk.status not in FINISHED)
    @rule(gap=gaps, agent=agents)
    def agent_resolves(self, gap: int, agent: AgentView) -> None:
        self._passes(gap)
        self.desk.agent_resolves(agent)
        self._is_told()

    @precondition(lambda life: life.desk.status is TicketStatus.RESOLVED)
    @rule(gap=gaps)
    def incident_is_back(self, gap: int) -> None:
        """Whoever resolved the ticket is all the same to its clocks."""
        self._passes(gap)
        self.desk.incident_is_back()
        self._is_told()

    @precondition(lambda life: life.desk.status is TicketStatus.RESOLVED)
    @rule(gap=gaps)
    def time_closes(self, gap: int) -> None:
        self._passes(gap)
        self.desk.time_closes()
        self._is_told()

    @precondition(is_settled)
    @rule(gap=gaps, waited=st.none() | st.integers(1, 20))
    def another_is_merged_into_it(self, gap: int, waited: int | None) -> None:
        self._passes(gap)
        self.desk.takes_in(self._moment(waited) if waited else None)
        self._is_told()

    @precondition(is_settled)
    @rule(gap=gaps)
    def it_is_merged_into_another(self, gap: int) -> None:
        self._passes(gap)
        self.desk.goes_into_another()
        self._is_told()

    @rule(
        promises=st.sampled_from(PROMISES),
        calendars=st.sampled_from([CALENDARS, OTHER_CALENDARS]),
        for_what_runs=st.booleans(),
    )
    def operator_promises(self, promises: object, calendars: object, for_what_runs: bool) -> None:
        policy = Policy(len(self.editions) + 1, promises, calendars)
        self.editions.append(Edition(self.desk.now, policy))
        if for_what_runs:
            self.operator_recounts(1)

    @precondition(lambda life: len(life.editions) > 1)
    @rule(gap=gaps)
    def operator_recounts(self, gap: int) -> None:
        """It leaves a trace where it changes something, and only there."""
        self._passes(gap)
        before = self.prompt.clock.recounted_at
        self.prompt.recounts(self.editions, self.desk.now)
        self.tardy.recounts(self.editions, self.desk.now)
        unmoved, moved = self._table(before), self._table((*before, self.desk.now))
        is_traced = self.prompt.clock.recounted_at != before
        assert is_traced == (unmoved.readings != moved.readings)

    @rule(gap=gaps)
    def time_passes(self, gap: int) -> None:
        self._passes(gap)
        for listener in (self.prompt, self.tardy):
            listener.ticks(self.editions, self.desk.now)

    @precondition(lambda life: life.on_its_way)
    @rule(place=places)
    def event_arrives(self, place: int) -> None:
        told = self.on_its_way.pop(place % len(self.on_its_way))
        self.tardy.hears(told, self.editions, self.desk.now)

    @rule(place=places)
    def event_arrives_once_more(self, place: int) -> None:
        told = self.desk.told[-1 - place % len(self.desk.told)]
        for listener in (self.prompt, self.tardy):
            listener.hears(told, self.editions, self.desk.now)

    @rule(seed=st.integers(0, 2**16))
    def everything_arrives(self, seed: int) -> None:
        """All clocks stand as the table says, and those that were recounted alike are alike."""
        random.Random(seed).shuffle(self.on_its_way)
        while self.on_its_way:
            self.event_arrives(0)
        for listener in (self.prompt, self.tardy):
            listener.ticks(self.editions, self.desk.now)
            table = self._table(listener.clock.recounted_at)
            assert listener.readings == table.readings
            assert listener.clock.next_due_at == table.next_due_at
        if self.tardy.clock.recounted_at == self.prompt.clock.recounted_at:
            assert self.tardy.clock.cycles == self.prompt.clock.cycles

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.everything_arrives(0)

    def _passes(self, gap: int) -> None:
        """So many hours, or until the next thing is due."""
        now = self.desk.now
        dues = [cycle.due_at for cycle in self.prompt.clock.cycles if cycle.due_at > now]
        hours = max(gap, 1) * HOUR
        self.desk.now = min(dues, default=now + hours) if gap == TO_THE_DEADLINE else now + hours
        self.moments.add(self.desk.now)

    def _moment(self, delay: int, after: datetime | None = None) -> datetime | None:
        """So long ago, if nothing else happened in that very moment."""
        moment = self.desk.now - delay * HOUR
        if moment in self.moments or (after is not None and moment <= after):
            return None
        self.moments.add(moment)
        return moment

    def _is_told(self) -> None:
        news, self.told = self.desk.told[self.told :], len(self.desk.told)
        for told in news:
            self.prompt.hears(told, self.editions, self.desk.now)
        self.on_its_way += news

    def _table(self, recounts: tuple[datetime, ...]) -> Table:
        return Table(self.desk.deeds, self.editions, recounts, self.desk.now)


TestTicketLife = TicketLife.TestCase
TestTicketLife.settings = settings(
    max_examples=150, stateful_step_count=30, derandomize=True, database=None
)
