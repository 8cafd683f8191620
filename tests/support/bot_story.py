"""Small readings of what the bot says, shared by its tests."""

import re

from botapi.sights import CallbackAnswer, ChatMessage
from tests.support.botapi import TelegramPerson


def ticket_in(message: ChatMessage) -> int:
    """The number of the first ticket or request that a message names."""
    found = re.search(r"(?:№|#|/view_)(\d+)", message.text)
    assert found is not None, message.text
    return int(found.group(1))


def press(person: TelegramPerson, message: ChatMessage, part: str) -> CallbackAnswer:
    """Press the button with these words on a message, once it has it: a face changes in its turn
    behind what else is sent."""
    now = person.sees(message, lambda one: one.button(part) is not None)
    button = now.button(part)
    assert button is not None
    return person.presses(now, button.text)


def forges(person: TelegramPerson, message: ChatMessage, data: str) -> CallbackAnswer:
    """Press what is no button there, or no longer."""
    world = person.world
    query_id = world.press(person.id, message.id, data, bot=person.bot, is_forged=True)
    return world.wait_until(lambda: world.callback_answer(query_id), 15, f"an answer to {data!r}")
