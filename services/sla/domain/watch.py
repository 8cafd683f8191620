"""The two ways in which a cycle changes: something is heard, or time passes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.sla.domain.announcements import Outcome, announce
from services.sla.domain.breach import judge, passed_thresholds
from services.sla.domain.calendar import Calendar
from services.sla.domain.clocks import deadlines_of, duty_of, stretches_of
from services.sla.domain.cycle import Cycle
from services.sla.domain.facts import TicketFacts, hear
from services.sla.domain.policy import Policy


def observe(
    cycle: Cycle | None,
    facts: TicketFacts,
    *,
    policy: Policy,
    calendars: Mapping[str, Calendar],
    now: datetime,
) -> Outcome:
    """Take in a snapshot of the ticket: of any version, in any order, any number of times.

    Deadlines once given stand, so an edited policy or calendar moves no running clock.
    """
    history = hear(cycle.history if cycle else None, facts)
    duty = duty_of(history)
    same = cycle if cycle and cycle.duty.started_at == duty.started_at else None
    given = same.deadlines if same else {}
    deadlines = deadlines_of(duty, history, policy=policy, calendars=calendars, given=given)
    now = max(now, cycle.judged_at) if cycle else now
    stretches = stretches_of(duty, history, deadlines)
    heard = Cycle(
        ticket_id=facts.id,
        revision=cycle.revision if cycle else 0,
        policy_version=same.policy_version if same else policy.version,
        history=history,
        duty=duty,
        deadlines=deadlines,
        verdict=judge(duty, stretches, now),
        judged_at=now,
        said=cycle.said if cycle else frozenset(),
    )
    return announce(cycle, heard, passed_thresholds(stretches[-1].deadline, now))


def tick(cycle: Cycle, now: datetime) -> Outcome:
    """Let time pass. Never backwards: a machine whose clock lags must not take a breach back."""
    now = max(now, cycle.judged_at)
    stretches = stretches_of(cycle.duty, cycle.history, cycle.deadlines)
    judged = replace(cycle, verdict=judge(cycle.duty, stretches, now), judged_at=now)
    return announce(cycle, judged, passed_thresholds(stretches[-1].deadline, now))
