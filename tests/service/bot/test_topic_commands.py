"""Commands in a ticket's own topic of the agents' group, where its number may be left out."""

from collections.abc import Iterator

import pytest

from tests.support.agents_room import Room, agents_room
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson

GROUP = -1_000_000_004_716


@pytest.fixture(scope="module")
def room(desk: BotDesk) -> Iterator[Room]:
    """A group of its own: Telegram lets the bot say twenty things a minute in one."""
    with agents_room(desk, GROUP, is_forum=True, is_managed=True) as opened:
        yield opened


def test_commands_in_a_tickets_topic_need_no_number(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Без номера")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    for command, told in (
        ("/take", f"#{ticket_id}"),
        ("/priority P1", "P1"),
        ("/reply 15 минут, и починим", f"Это тема тикета #{ticket_id}"),
        ("/reply Уже чиним", "доставлен"),
        ("/close", "реш"),
    ):
        said = room.says(anna, command, topic=card.topic)
        assert room.receives(told, after=said).topic == card.topic

    ivan.receives("Уже чиним")
    ticket = desk.tickets.get_ticket(ticket_id)
    assert ticket.assignee is not None
    assert (ticket.priority, ticket.status) == ("P1", "resolved")
    outside = room.says(anna, "/take")
    room.receives("Как взять тикет", after=outside)
