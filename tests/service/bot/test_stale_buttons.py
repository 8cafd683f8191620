"""A user's button that is pressed when its request is at its end."""

import asyncio
from typing import Any

import pytest

from contracts.vocabulary import TicketStatus
from services.bot import dispatch
from services.bot.asking import Ask
from services.bot.receiving.parsing import Deed, Incoming, Who
from tests.service.bot.test_worker import Bench, bench
from tests.support.bot_rows import IVAN, LANGUAGES, NOON

__all__ = ["bench"]


def pressed(bench: Bench, data: str) -> str:
    """What somebody who is no agent is answered above the button."""
    incoming = Incoming(
        deed=Deed.PRESSED,
        who=Who(IVAN, "Иван", "ru"),
        chat_id=IVAN,
        is_private=True,
        message_id=1,
        text=data,
        callback_id="press",
    )
    ask = Ask(
        office=bench.office,
        incoming=incoming,
        words=LANGUAGES.of("ru"),
        agent=None,
        received_at=NOON,
        now=NOON,
        bot_id=1,
        row_id=1,
        first_tried_at=NOON,
    )
    reply = asyncio.run(dispatch.handle(ask, "support_bot"))
    assert reply.toast is not None
    assert (reply.posts, reply.writes) == ([], [])
    return reply.toast.text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"status": TicketStatus.CLOSED}, "уже закрыто"),
        ({"status": TicketStatus.CLOSED, "merged_into": 7}, "объединено с №7"),
    ],
)
def test_me_too_under_a_request_at_its_end_promises_nothing(
    bench: Bench, state: dict[str, Any], told: str
) -> None:
    bench.tickets.state = state

    assert told in pressed(bench, "j:3:42")
