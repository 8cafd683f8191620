"""Who counts as an agent while the bot is still introducing itself to tickets."""

import asyncio
from typing import Any, cast

import pytest

from chassis.storage.store import Store
from contracts.errors import AgentNotFound, Unavailable
from contracts.event import Message, Receipt
from contracts.tickets import AgentView, RegisterAgent, TicketsClient
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
