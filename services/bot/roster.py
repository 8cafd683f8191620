"""Who is an agent: asked of tickets each time, with a copy for when it is silent. Who is none is
not asked about again for a while: that is nearly everybody, and does no harm."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic
from uuid import uuid4

from structlog import get_logger

from chassis.storage.store import Store
from contracts.errors import ContractError, Forbidden, NotAnAgent, NotFound, Unavailable
from contracts.tickets import BY_START, AgentView, RegisterAgent, TicketsClient
from services.bot import queries
from services.bot.memory import keep_agents
from services.bot.models import KnownAgent

STRANGER_SECONDS = 10.0
REFRESH_SECONDS = 15.0
RETRY_SECONDS = 1.0
ENVIRONMENT = "environment"

log = get_logger()


class Roster:
    """The agents. Tickets owns the list; this is its memory in the bot."""

    def __init__(self, store: Store, tickets: TicketsClient, allowed: Iterable[int]) -> None:
        self._store = store
        self._tickets = tickets
        self._waiting = list(allowed)
        self._strangers: dict[int, float] = {}
        self.agents: list[AgentView] = []
        self.gone: set[int] = set()
        """Who was an agent by the copy of the list, and then was none."""
        self.is_loaded = False
        """Whether the copy of the list is as tickets has it, if perhaps a little old."""

    async def find(self, telegram_id: int, *, is_fresh: bool = False) -> AgentView | None:
        """The agent with this Telegram id, None for anybody else."""
        if monotonic() < self._strangers.get(telegram_id, 0.0) and not is_fresh:
            return None
        try:
            agent = await asyncio.to_thread(self._look_up, telegram_id)
        except Unavailable:
            return await asyncio.to_thread(self._from_copy, telegram_id)
        self._note(telegram_id, is_agent=agent is not None)
        return agent

    async def named(self, telegram_id: int, name: str) -> AgentView | None:
        """Like `find`; an agent who was let in by number alone gets the name seen here."""
        agent = await self.find(telegram_id)
        if agent is None or agent.name != agent.id:
            return agent
        try:
            return await self.rename(agent, name)
        except NotAnAgent:
            return None
        except ContractError:
            return agent

    async def rename(self, agent: AgentView, name: str) -> AgentView:
        """Let tickets know an agent's name as Telegram has it now. Raises NotAnAgent when they have
        been removed meanwhile."""
        telegram_id = agent.telegram_id
        if telegram_id is None or agent.name == name:
            return agent
        allowed_by = ENVIRONMENT if telegram_id in self._waiting else BY_START
        try:
            known = await asyncio.to_thread(self._register, telegram_id, name, allowed_by)
        except NotAnAgent:
            self._note(telegram_id, is_agent=False)
            raise
        return known

    def admit(self, agent: AgentView) -> None:
        """Tickets has let somebody in just now."""
        assert agent.telegram_id is not None
        self._note(agent.telegram_id, is_agent=True)
        self.gone.discard(agent.telegram_id)

    async def keep(self, on_change: Callable[[list[AgentView]], Awaitable[None]]) -> None:
        """Let in whom the environment names, then keep the copy fresh, until cancelled.

        Their names are not known until they write; tickets keeps those it has.
        """
        while True:
            try:
                while self._waiting:
                    await asyncio.to_thread(self._register, self._waiting[0], "", ENVIRONMENT)
                    self._note(self._waiting.pop(0), is_agent=True)
                self.agents = await asyncio.to_thread(self._refresh)
                await on_change(self.agents)
            except ContractError as error:
                log.warning("the list of agents is not to be had", error=str(error))
            except Exception:
                log.exception("the list of agents could not be kept")
            await asyncio.sleep(REFRESH_SECONDS if self.is_loaded else RETRY_SECONDS)

    def _look_up(self, telegram_id: int) -> AgentView | None:
        """Whom the environment names has access at once, even before `keep` has come to them."""
        if telegram_id in self._waiting:
            return self._register(telegram_id, "", ENVIRONMENT)
        try:
            return self._tickets.find_agent(telegram_id)
        except (NotFound, Forbidden):
            return None

    def _refresh(self) -> list[AgentView]:
        # Whoever comes to be known after the question was let in since, and the answer need not
        # tell of them.
        known = {row.telegram_id for row in self._store.ask(queries.known_agents)}
        agents = self._tickets.list_agents()
        gone = known - {agent.telegram_id for agent in agents}
        with self._store.writing() as session:
            keep_agents(session, agents, gone, self._store.now())
        self.gone |= gone
        self.is_loaded = True
        return agents

    def _register(self, telegram_id: int, name: str, allowed_by: str) -> AgentView:
        command = RegisterAgent(
            command_id=f"bot:{uuid4()}", telegram_id=telegram_id, name=name, allowed_by=allowed_by
        )
        return self._tickets.register_agent(command).result

    def _note(self, telegram_id: int, *, is_agent: bool) -> None:
        now = monotonic()
        strangers = {one: until for one, until in self._strangers.items() if until > now}
        strangers.pop(telegram_id, None)
        if not is_agent:
            strangers[telegram_id] = now + STRANGER_SECONDS
        self._strangers = strangers

    def _from_copy(self, telegram_id: int) -> AgentView | None:
        row: KnownAgent | None = self._store.ask(queries.find_known_agent, telegram_id)
        if row is None and telegram_id in self._waiting:
            return AgentView(
                id=f"tg:{telegram_id}", name=f"tg:{telegram_id}", telegram_id=telegram_id
            )
        if row is None:
            return None
        return AgentView(id=row.agent_id, name=row.name, telegram_id=row.telegram_id)
