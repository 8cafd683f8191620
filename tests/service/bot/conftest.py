"""One desk for all tests of the bot; every test brings people of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.clock import SetClock
from chassis.storage.database import Database
from chassis.storage.store import Store
from tests.support.bot_desk import OTHER_AGENT_ID, BotDesk, running_bot_desk
from tests.support.bot_rows import NOON, Rows
from tests.support.botapi import TelegramPerson, running_telegram
from tests.support.migrated import KINDS, Migrated
from tests.support.starting import ROOT


@pytest.fixture(scope="package")
def desk(
    new_amqp_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BotDesk]:
    """tickets, incidents, sla and the bot, as processes. The tests of many files open more tickets
    within ten minutes than a desk without history takes for chance: none is taken for a surge."""
    directory = tmp_path_factory.mktemp("desk")
    file = (ROOT / "support.toml").read_text(encoding="utf-8")
    calm = file.replace("without_history = 20 #", "without_history = 100_000 #")
    assert calm != file
    (directory / "support.toml").write_text(calm, encoding="utf-8")
    config = {"SUPPORT_CONFIG": str(directory / "support.toml")}
    with (
        running_telegram() as telegram,
        running_bot_desk(telegram, new_amqp_url(), directory, **config) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def rested(desk: BotDesk) -> BotDesk:
    """What the tests of another file have left for the agents has arrived: more than five notices
    in one chat would become a digest."""
    desk.waits_until_all_is_sent()
    return desk


@pytest.fixture
def anna(rested: BotDesk) -> TelegramPerson:
    """An agent."""
    return rested.agent()


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


@pytest.fixture
def crashing(desk: BotDesk) -> Iterator[BotDesk]:
    """A desk whose bot a test may crash; afterwards it runs again."""
    yield desk
    desk.telegram.disarm()
    if not desk.bot.is_running():
        desk.start_bot()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, migrated: Migrated) -> Database:
    """An empty database of the bot without a process on it."""
    return migrated.emptied("bot", request.param)


@pytest.fixture
def rows(database: Database, tmp_path: Path) -> Rows:
    """The bot's rows, and a clock that stands at noon."""
    clock = SetClock(NOON)
    return Rows(Store(database, clock), clock, tmp_path / "files")
