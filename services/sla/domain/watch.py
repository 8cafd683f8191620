"""How a ticket's clocks change of themselves: something is heard, or time passes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Unpack

from services.sla.domain.announcements import Outcome, Passed, PassedByCycle, announce
from services.sla.domain.breach import (
    Verdict,
    decisive,
    judge,
    passed_levels,
    passed_thresholds,
)
from services.sla.domain.clocks import Stretch, stretches_of
from services.sla.domain.cycle import Agent, Cycle, TicketClock
from services.sla.domain.duties import Duty, duties_of
from services.sla.domain.facts import Beside, History, TicketFacts, hear
from services.sla.domain.policy import Edition
from services.sla.domain.terms import terms_of


def observe(
    clock: TicketClock | None,
    facts: TicketFacts,
    editions: Sequence[Edition],
    now: datetime,
    **beside: Unpack[Beside],
) -> Outcome:
    """Take in a snapshot of the ticket: of any version, in any order, any number of times.

    A duty keeps the policy of its begin, so an edited one moves no running clock.
    """
    heard = TicketClock(
        ticket_id=facts.id,
        revision=clock.revision if clock else 0,
        history=hear(clock.history if clock else None, facts, **beside),
        cycles=(),
        judged_at=max(now, clock.judged_at) if clock else now,
        said=clock.said if clock else frozenset(),
        recounted_at=clock.recounted_at if clock else (),
    )
    return judged(clock, heard, editions)


def tick(clock: TicketClock, editions: Sequence[Edition], now: datetime) -> Outcome:
    """Let time pass. Never backwards: a machine whose clock lags must not take a breach back."""
    return judged(clock, replace(clock, judged_at=max(now, clock.judged_at)), editions)


class Weighed(NamedTuple):
    """A duty, what was due when under each of its terms, and the verdict."""

    duty: Duty
    stretches: Sequence[Stretch]
    verdict: Verdict


def weigh(clock: TicketClock, editions: Sequence[Edition]) -> Iterator[Weighed]:
    """Read the duties from what is known, and judge each that something is promised for."""
    for duty in duties_of(clock.history):
        terms = terms_of(duty, clock.history.priorities, editions, clock.recounted_at)
        if stretches := stretches_of(duty, terms, clock.history):
            yield Weighed(duty, stretches, judge(duty, stretches, clock.judged_at))


def judged(before: TicketClock | None, clock: TicketClock, editions: Sequence[Edition]) -> Outcome:
    """Judge the clock anew, and tell what that changes."""
    cycles, passed = list[Cycle](), PassedByCycle()
    for weighed in weigh(clock, editions):
        cycle = cycle_of(weighed, clock.history)
        cycles.append(cycle)
        so_far = (weighed.duty, weighed.stretches[-1].deadline, clock.judged_at)
        passed[cycle] = Passed(passed_thresholds(*so_far), passed_levels(*so_far))
    return announce(before, replace(clock, cycles=tuple(cycles)), passed)


def cycle_of(weighed: Weighed, history: History) -> Cycle:
    """The cycle as it is kept."""
    duty, stretches, verdict = weighed
    terms = decisive(stretches, verdict).terms
    decided_at = verdict.breach.at if verdict.breach else duty.ended_at
    taking = history.holder_at(decided_at) if decided_at else history.holder
    agent = Agent(taking.agent_id, taking.name) if taking else None
    return Cycle(duty, verdict, terms.edition.policy.version, terms.priority, agent)
