"""Who is told of something, and from when on: the agents' group, or the agents themselves, on duty
or not, in their quiet hours or not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.clock import Clock
from services.bot import queries
from services.bot.group import agents_group
from services.bot.hours import end_of_quiet
from services.bot.letters import StandsFor
from services.bot.models import KnownAgent
from services.bot.speech import Speech
from services.bot.telling import agent_hours
from services.bot.telling.agent_hours import Wishes


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
        """Those for whom the group stands, each in private."""
        agents = queries.reachable_agents(session)
        is_urgent = stands_for is StandsFor.ALL
        told = agents if is_urgent else self._on_duty(session, agents)
        return self.these(session, told, is_urgent=is_urgent)

    def these(
        self, session: Session, agents: Iterable[KnownAgent], *, is_urgent: bool = False
    ) -> list[Hearer]:
        """These agents, each in private."""
        ids = [agent.telegram_id for agent in agents]
        said = agent_hours.wishes(session, ids)
        return [
            Hearer(one, None if is_urgent else self._end_of_quiet(said.get(one))) for one in ids
        ]

    def on_duty(self, session: Session, agents: Iterable[KnownAgent]) -> list[KnownAgent]:
        """Those of them who are."""
        found = list(agents)
        said = agent_hours.wishes(session, [agent.telegram_id for agent in found])
        return [one for one in found if said.get(one.telegram_id, Wishes()).is_on_duty]

    def group(self, session: Session) -> Hearer | None:
        """The group, if there is one and it takes messages."""
        if self._group_id is None:
            return None
        state = agents_group.state_of(session, self._group_id)
        return None if state is None else Hearer(state.chat_id, has_topics=state.has_topics)

    def _on_duty(self, session: Session, agents: list[KnownAgent]) -> list[KnownAgent]:
        """When nobody is, all are: nothing may be told to nobody."""
        return self.on_duty(session, agents) or agents

    def _end_of_quiet(self, said: Wishes | None) -> datetime | None:
        if said is None or said.quiet is None:
            return None
        return end_of_quiet(said.quiet, self._clock.now(), self._zone)
