"""Who is told of something, and from when on: the agents' group, or the agents themselves, on duty
or not, in their quiet hours or not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.clock import Clock
from services.bot import queries
from services.bot.group import agents_group
from services.bot.hours import Wishes, end_of_quiet
from services.bot.letters import StandsFor
from services.bot.queries import Reachable
from services.bot.speech import Speech


@dataclass(frozen=True)
class Hearer:
    """A chat, and when it may be told at the earliest; None means now."""

    chat_id: int
    not_before: datetime | None = None
    has_topics: bool = False
    """A group in which each ticket has a topic of its own."""
    stands_for: StandsFor | None = None
    """The agents in whose place a group is told; None when whoever it concerns is told as well."""


class Audience:
    """`group_id` is the group that all agents read, when the desk has one."""

    def __init__(self, words: Speech, clock: Clock, group_id: int | None = None) -> None:
        self._zone = words.zone
        self._clock = clock
        self._group_id = group_id

    def everybody(self, session: Session, *, is_urgent: bool = False) -> list[Hearer]:
        """The group, once; without one every agent on duty, or all when it is urgent."""
        stands_for = StandsFor.ALL if is_urgent else StandsFor.ON_DUTY
        if group := self.group(session):
            return [replace(group, stands_for=stands_for)]
        return self.instead(session, stands_for)

    def instead(self, session: Session, stands_for: StandsFor) -> list[Hearer]:
        """Those for whom the group stands, each in private. When nobody is on duty, all are:
        nothing may be told to nobody."""
        agents = queries.reachable_agents(session)
        if stands_for is StandsFor.ALL:
            return self.these(agents, is_urgent=True)
        return self.these(on_duty(agents) or agents)

    def these(self, agents: Iterable[Reachable], *, is_urgent: bool = False) -> list[Hearer]:
        """These agents, each in private; unless it is urgent, not before the quiet hours end of
        those who said that they have some."""
        return [
            Hearer(one.telegram_id, None if is_urgent else self._end_of_quiet(one.wishes))
            for one in agents
        ]

    def group(self, session: Session) -> Hearer | None:
        """The group, if there is one and it takes messages."""
        if self._group_id is None:
            return None
        state = agents_group.state_of(session, self._group_id)
        return None if state is None else Hearer(state.chat_id, has_topics=state.has_topics)

    def _end_of_quiet(self, said: Wishes) -> datetime | None:
        if said.quiet is None:
            return None
        return end_of_quiet(said.quiet, self._clock.now(), self._zone)


def on_duty(agents: Iterable[Reachable]) -> list[Reachable]:
    """Those of them who are."""
    return [one for one in agents if one.wishes.is_on_duty]
