"""Who counts as an agent while the bot is still introducing itself to tickets."""

import asyncio
from typing import Any, cast

import pytest

from chassis.storage.store import Store
from contracts.errors import AgentNotFound, NotAnAgent, Unavailable
from contracts.event import Message, Receipt
from contracts.tickets import BY_START, AgentView, RegisterAgent, TicketsClient
from services.bot.roster import Roster

NAMED = 7001
STRANGER = 7002


class TicketsWithoutAgents:
    """Tickets as it is at the first start of all: nobody has been let in."""

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        if method == "find_agent":
            raise AgentNotFound("there is no such agent")
        assert isinstance(message, RegisterAgent)
        agent = AgentView(
            id=f"tg:{message.telegram_id}", name="Ольга", telegram_id=message.telegram_id
        )
        return Receipt[AgentView](result=agent).model_dump(mode="json")


class SilentTickets:
    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        raise Unavailable("no answer")


class StoreWithoutAgents:
    """A copy of the list in which nobody stands yet."""

    def ask(self, *_arguments: Any) -> None:
        return None


def roster(tickets: Any) -> Roster:
    return Roster(cast(Store, StoreWithoutAgents()), TicketsClient(tickets), [NAMED])


@pytest.mark.parametrize("tickets", [TicketsWithoutAgents(), SilentTickets()])
def test_whom_the_environment_names_is_an_agent_from_the_first_moment(tickets: Any) -> None:
    found = asyncio.run(roster(tickets).find(NAMED))

    assert found is not None
    assert found.telegram_id == NAMED


@pytest.mark.parametrize("tickets", [TicketsWithoutAgents(), SilentTickets()])
def test_nobody_else_is(tickets: Any) -> None:
    assert asyncio.run(roster(tickets).find(STRANGER)) is None


class TicketsThatRemovedSomebody:
    """Tickets as it is when an agent is removed who was asked for a moment ago."""

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        if method == "find_agent":
            nameless = f"tg:{STRANGER}"
            agent = AgentView(id=nameless, name=nameless, telegram_id=STRANGER)
            return agent.model_dump(mode="json")
        assert isinstance(message, RegisterAgent)
        if message.allowed_by == BY_START:
            raise NotAnAgent("this person has no access")
        return TicketsWithoutAgents().call(service, method, message)


def test_whoever_was_removed_is_no_agent_by_telling_a_name() -> None:
    async def story() -> list[AgentView | None]:
        desk = roster(TicketsThatRemovedSomebody())
        named = await desk.named(STRANGER, "Ольга")
        return [named, await desk.find(STRANGER)]

    assert asyncio.run(story()) == [None, None]


def test_whom_the_environment_names_is_let_in_under_the_name_seen_here() -> None:
    nameless = AgentView(id=f"tg:{NAMED}", name=f"tg:{NAMED}", telegram_id=NAMED)

    known = asyncio.run(roster(TicketsThatRemovedSomebody()).rename(nameless, "Ольга"))

    assert known.name == "Ольга"
