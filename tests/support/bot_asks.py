"""What a handler of the bot answers an agent, with neighbours whose answers are known."""

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, cast

from contracts.tickets import AgentView
from services.bot.asking import Ask, Reply
from services.bot.receiving.parsing import Deed, Incoming, Who
from services.bot.speech import Speech
from tests.support.bot_rows import ANNA, LANGUAGES, NOON

Handler = Callable[[Ask], Coroutine[Any, Any, Reply]]


def answered(
    handler: Handler,
    office: object,
    argument: str = "",
    *,
    words: Speech = LANGUAGES.own,
    callback_id: str | None = None,
) -> Reply:
    """`office` stands for tickets, sla and incidents; with a `callback_id` a button is pressed."""
    ask = Ask(
        office=cast(
            Any, SimpleNamespace(tickets=office, sla=office, quick_sla=office, incidents=office)
        ),
        incoming=Incoming(
            deed=Deed.WROTE if callback_id is None else Deed.PRESSED,
            chat_id=ANNA,
            message_id=5,
            who=Who(id=ANNA, name="Анна", language="ru"),
            is_private=True,
            callback_id=callback_id,
        ),
        words=words,
        agent=AgentView(id=f"tg:{ANNA}", name="Анна", telegram_id=ANNA),
        received_at=NOON,
        now=NOON,
        bot_id=1,
        row_id=1,
        first_tried_at=NOON,
        argument=argument,
    )
    return asyncio.run(handler(ask))
