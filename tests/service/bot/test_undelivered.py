"""Why something was not delivered is told to agents in the desk's language."""

import asyncio
from contextlib import suppress
from typing import Any, cast

import pytest
from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberLeft,
    ChatMemberMember,
    ChatPermissions,
    User,
)

from contracts.tickets import AnswerRefused
from contracts.vocabulary import TicketStatus
from services.bot.group.group_keeper import GroupKeeper
from services.bot.sending.undelivered import FILE_GONE, reason
from services.bot.telling.audience import Audience
from tests.support.bot_events import hear, made
from tests.support.bot_rows import ANNA, BORIS, LANGUAGES, Rows, ticket

GROUP = -1_000_000_000_777
ME = User(1, "Support", is_bot=True)


class Group:
    """What Telegram says of a group whose members may not write."""

    id = ME.id

    def __init__(self, me: ChatMember) -> None:
        self._me = me

    async def get_chat(self, chat_id: int) -> ChatFullInfo:
        silent = ChatPermissions.no_permissions()
        more: Any = {"max_reaction_count": 0, "accepted_gift_types": None}
        return ChatFullInfo(chat_id, "supergroup", accent_color_id=0, permissions=silent, **more)

    async def get_chat_member(self, _chat_id: int, _user_id: int) -> ChatMember:
        return self._me


@pytest.mark.parametrize(
    ("me", "why"),
    [
        (ChatMemberLeft(ME), "бота нет в группе"),
        (ChatMemberMember(ME), "боту нельзя писать в группе"),
    ],
    ids=["not there", "may not write"],
)
def test_what_is_the_matter_with_the_group(rows: Rows, me: ChatMember, why: str) -> None:
    rows.knows_agents(ANNA)
    audience = Audience(LANGUAGES.own, rows.clock, GROUP)
    keeper = GroupKeeper(rows.store, LANGUAGES.own, audience, GROUP)

    async def look() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(keeper.run(cast(Bot, Group(me))), 2)

    asyncio.run(look())

    (told,) = rows.all()
    assert told.chat_id == ANNA
    assert f"сообщения не доходят: {why}.\n" in told.text


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (FILE_GONE, "файл больше не хранится"),
        ("Forbidden: bot was blocked by the user", "пользователь заблокировал бота"),
        (
            "Forbidden: bot was\nblocked <by> the user",
            "Forbidden: bot was blocked &lt;by&gt; the user",
        ),
    ],
)
def test_what_is_the_matter_with_an_answer(rows: Rows, refusal: str, why: str) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, made(AnswerRefused, ticket=ticket(assignee=BORIS), message_id=7, refusal=refusal))

    (told,) = rows.all()
    assert f"Ответ не доставлен: {why}." in told.text


def test_of_a_resolved_ticket_it_is_told_that_its_last_word_was_not_seen(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)
    resolved = ticket(assignee=BORIS).model_copy(update={"status": TicketStatus.RESOLVED})

    hear(rows, made(AnswerRefused, ticket=resolved, message_id=7, refusal=FILE_GONE))

    (told,) = rows.all()
    assert "Тикет уже решён или закрыт, а этого ответа пользователь не видел." in told.text


def test_it_is_told_in_the_readers_language() -> None:
    assert reason(LANGUAGES.of("en"), FILE_GONE) == "a file is no longer kept"
