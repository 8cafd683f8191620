"""The bot's copy of the list of agents, and what waits for those who are on it no more."""

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest

from contracts.tickets import AgentView
from services.bot import memory
from services.bot.letters import Letter, Rank
from services.bot.markup import Html
from services.bot.menus import Menus
from services.bot.queries import known_agents
from services.bot.roster import Roster
from services.bot.sending.outbox import DROPPED, WAITING
from services.bot.telegram_link import make_bot
from tests.support.bot_rows import ANNA, BORIS, LANGUAGES, NOON, Rows
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramWorld, running_telegram

MORNING = NOON + timedelta(hours=8)


def agent(telegram_id: int) -> AgentView:
    return AgentView(id=f"tg:{telegram_id}", name=f"agent {telegram_id}", telegram_id=telegram_id)


def states(rows: Rows) -> list[tuple[int, str]]:
    return [(row.chat_id, row.state) for row in rows.all()]


@pytest.mark.parametrize("rank", [Rank.ALARM, Rank.BREACH, Rank.WARNING, Rank.NOTICE])
def test_whoever_is_no_agent_any_more_is_not_told_what_waited_for_them(
    rows: Rows, rank: Rank
) -> None:
    rows.knows_agents(ANNA, BORIS)
    rows.post(*(Letter(one, Html("Новое"), rank, not_before=MORNING) for one in (ANNA, BORIS)))

    rows.knows_agents(BORIS)

    assert [agent.telegram_id for agent in rows.store.ask(known_agents)] == [BORIS]
    assert states(rows) == [(ANNA, DROPPED), (BORIS, WAITING)]


@pytest.mark.parametrize("rank", [Rank.ANSWER, Rank.REPLY, Rank.BROADCAST])
def test_what_they_are_told_as_a_user_they_are_told_all_the_same(rows: Rows, rank: Rank) -> None:
    rows.knows_agents(ANNA, BORIS)
    rows.post(Letter(ANNA, Html("Ответ"), rank))

    rows.knows_agents(BORIS)

    assert states(rows) == [(ANNA, WAITING)]


def test_whoever_never_was_an_agent_loses_nothing(rows: Rows) -> None:
    rows.post(Letter(ANNA, Html("Новое"), Rank.NOTICE))

    rows.knows_agents(BORIS)

    assert states(rows) == [(ANNA, WAITING)]


class Slow:
    """Tickets, whose list is read, then somebody is let in, then the list arrives."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def list_agents(self) -> list[AgentView]:
        with self._rows.store.writing() as session:
            memory.add_agent(session, agent(BORIS))
        return [agent(ANNA)]


def test_whoever_was_let_in_while_the_list_was_on_its_way_is_an_agent(rows: Rows) -> None:
    async def story() -> list[AgentView]:
        heard: asyncio.Queue[list[AgentView]] = asyncio.Queue()
        keeping = asyncio.create_task(roster.keep(heard.put))
        try:
            return await asyncio.wait_for(heard.get(), 20)
        finally:
            keeping.cancel()

    roster = Roster(rows.store, cast(Any, Slow(rows)), [])
    rows.post(Letter(BORIS, Html("Новое"), Rank.NOTICE))

    assert asyncio.run(story()) == [agent(ANNA)]

    assert {one.telegram_id for one in rows.store.ask(known_agents)} == {ANNA, BORIS}
    assert states(rows) == [(BORIS, WAITING)]
    assert roster.gone == set()


def test_whoever_was_let_in_while_the_list_was_on_its_way_keeps_the_menu() -> None:
    async def story(telegram: TelegramWorld) -> None:
        async with make_bot(SUPPORT_BOT_TOKEN, telegram.base_url) as bot:
            menus = Menus(bot, LANGUAGES)
            await menus.show_to_agent(BORIS)
            await menus.show([agent(ANNA)], gone=[])

    with running_telegram() as telegram:
        telegram.person(BORIS, "Борис").says("/start")

        asyncio.run(story(telegram))

        assert telegram.calls("setMyCommands")
        assert telegram.calls("deleteMyCommands") == []
