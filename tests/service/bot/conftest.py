"""One desk for all tests of the bot; every test brings people of its own."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.bot_desk import OTHER_AGENT_ID, BotDesk, running_bot_desk
from tests.support.botapi import TelegramPerson, running_telegram


@pytest.fixture(scope="session")
def desk(
    new_amqp_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BotDesk]:
    """tickets, incidents, sla and the bot, as processes."""
    directory = tmp_path_factory.mktemp("desk")
    with (
        running_telegram() as telegram,
        running_bot_desk(telegram, new_amqp_url(), directory) as running,
    ):
        yield running


@pytest.fixture
def anna(desk: BotDesk) -> TelegramPerson:
    """An agent."""
    return desk.agent()


@pytest.fixture
def boris(desk: BotDesk) -> TelegramPerson:
    """Another agent."""
    return desk.agent(OTHER_AGENT_ID, "Борис")


@pytest.fixture
def ivan(desk: BotDesk) -> TelegramPerson:
    """A user."""
    return desk.user()


@pytest.fixture
def calm(desk: BotDesk) -> Iterator[None]:
    """No incident is open, before or after."""
    desk.resolves_all_incidents()
    yield
    desk.resolves_all_incidents()
