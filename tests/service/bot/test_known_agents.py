"""The bot's copy of the list of agents, and what waits for those who are on it no more."""

from datetime import timedelta

import pytest

from services.bot.letters import Letter, Rank
from services.bot.markup import Html
from services.bot.queries import known_agents
from services.bot.sending.outbox import DROPPED, WAITING
from tests.support.bot_rows import ANNA, BORIS, NOON, Rows

MORNING = NOON + timedelta(hours=8)


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
