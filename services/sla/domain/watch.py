"""The two ways in which a ticket's clocks change: something is heard, or time passes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.sla.domain.announcements import Outcome, Thresholds, announce
from services.sla.domain.breach import Verdict, judge, passed_thresholds
from services.sla.domain.clocks import stretches_of
from services.sla.domain.cycle import Agent, Cycle, TicketClock
from services.sla.domain.duties import Duty, duties_of
from services.sla.domain.facts import History, TicketFacts, hear
from services.sla.domain.policy import Edition, in_force


def observe(
    clock: TicketClock | None,
    facts: TicketFacts,
    editions: Sequence[Edition],
    now: datetime,
    *,
    answer_at: datetime | None = None,
) -> Outcome:
    """Take in a snapshot of the ticket: of any version, in any order, any number of times.

    `answer_at` is when the answer was written whose delivery the snapshot tells of. A duty keeps
    the policy of its begin, so an edited one moves no running clock.
    """
    heard = TicketClock(
        ticket_id=facts.id,
        revision=clock.revision if clock else 0,
        history=hear(clock.history if clock else None, facts, answer_at=answer_at),
        cycles=(),
        judged_at=max(now, clock.judged_at) if clock else now,
        said=clock.said if clock else frozenset(),
    )
    return _judged(clock, heard, editions)


def tick(clock: TicketClock, editions: Sequence[Edition], now: datetime) -> Outcome:
    """Let time pass. Never backwards: a machine whose clock lags must not take a breach back."""
    return _judged(clock, replace(clock, judged_at=max(now, clock.judged_at)), editions)


def _judged(before: TicketClock | None, clock: TicketClock, editions: Sequence[Edition]) -> Outcome:
    history, now = clock.history, clock.judged_at
    cycles, passed = list[Cycle](), Thresholds()
    for duty in duties_of(history):
        policy = in_force(editions, duty.started_at)
        if stretches := stretches_of(duty, history, policy):
            verdict = judge(duty, stretches, now)
            priority, agent = stretches[-1].priority, _agent_of(verdict, duty, history)
            cycle = Cycle(duty, verdict, policy.version, priority, agent)
            cycles.append(cycle)
            passed[cycle] = passed_thresholds(duty, stretches[-1].deadline, now)
    return announce(before, replace(clock, cycles=tuple(cycles)), passed)


def _agent_of(verdict: Verdict, duty: Duty, history: History) -> Agent | None:
    decided_at = verdict.breach.at if verdict.breach else duty.ended_at
    taking = history.holder_at(decided_at) if decided_at else history.holder
    return Agent(taking.agent_id, taking.name) if taking else None
