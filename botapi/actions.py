"""What people do in Telegram, each turned into the updates that the bots concerned receive."""

import secrets
from typing import Literal

from botapi.conversations import Conversation, Message, Topic
from botapi.entities import Entity, FormattedText
from botapi.errors import ApiError, ControlError
from botapi.formatting import format_caption, format_text
from botapi.people import Bot, Group, Person
from botapi.wire import Json
from botapi.world import Callback, World

Membership = Literal["member", "left", "kicked"]


def say(
    world: World,
    person: Person,
    conversation: Conversation,
    *,
    text: str,
    reply_to: int | None = None,
    topic: int | None = None,
) -> Message:
    """Send a text to a bot. As in the app, writing to a bot that was blocked unblocks it."""
    content = _typed(text)
    message = enter(world, person, conversation, content, reply_to=reply_to, topic=topic)
    tell(message, conversation.bot)
    return message


def enter(
    world: World,
    person: Person,
    conversation: Conversation,
    content: FormattedText,
    *,
    reply_to: int | None,
    topic: int | None = None,
) -> Message:
    """A person's message comes into a chat; the bot has not been told of it yet."""
    if conversation.is_blocked:
        unblock(world, person, conversation.bot)
    if topic is not None and topic not in conversation.topics:
        raise ControlError(f"chat {conversation.chat.id} has no topic {topic}")
    # In a topic whatever answers nothing else answers the line that opened it.
    quoted = conversation.require(reply_to or topic or 0) if reply_to or topic else None
    thread_id = topic or (quoted.thread_id if quoted else None)
    if not conversation.may_write_in(thread_id, person.id):
        raise ControlError(f"topic {thread_id} is closed")
    message = conversation.add(person, content, world.now())
    message.reply_to, message.thread_id = quoted, thread_id
    conversation.is_met = True
    return message


def tell(message: Message, bot: Bot) -> None:
    """The bot hears of a new message that concerns it."""
    if concerns(bot, message):
        bot.updates.add("message", message.to_json())


def say_in_group(
    world: World,
    person: Person,
    group: Group,
    *,
    text: str,
    reply_to: int | None = None,
    topic: int | None = None,
) -> list[Message]:
    """Send a text to a group: every bot in it keeps its own copy, and hears what concerns it."""
    return [
        say(world, person, heard_by, text=text, reply_to=reply_to, topic=topic)
        for heard_by in conversations_in(world, person, group, reply_to)
    ]


def open_topic(world: World, person: Person, conversation: Conversation, *, name: str) -> int:
    """Every member of a forum may, unless its owner thought otherwise."""
    group = conversation.chat
    if not isinstance(group, Group) or not group.is_forum or person.id not in group.people:
        raise ControlError(f"person {person.id} can open no topic in chat {group.id}")
    return conversation.open_topic(person, name, world.now())


def turn_topic(person: Person, conversation: Conversation, topic: int, *, is_closed: bool) -> None:
    _own_topic(person, conversation, topic).is_closed = is_closed


def delete_topic(person: Person, conversation: Conversation, topic: int) -> None:
    _own_topic(person, conversation, topic)
    conversation.delete_topic(topic)


def _own_topic(person: Person, conversation: Conversation, topic: int) -> Topic:
    found = conversation.topics.get(topic)
    if found is None or not conversation.may_turn(found, person.id):
        raise ControlError(f"person {person.id} can do nothing to topic {topic}")
    return found


def conversations_in(
    world: World, person: Person, group: Group, reply_to: int | None
) -> list[Conversation]:
    """The bots' sides of a group that a person writes to; a reply is to the message of one."""
    if person.id not in group.people:
        raise ControlError(f"person {person.id} is not in group {group.id}")
    heard_by = [
        world.conversation(bot, group.id) for bot in world.bots.values() if bot.id in group.bots
    ]
    if reply_to and len(heard_by) > 1:
        heard_by = [one for one in heard_by if one.find(reply_to)]
    return heard_by


def edit(
    world: World, person: Person, conversation: Conversation, *, message_id: int, text: str
) -> Message:
    message = conversation.require(message_id)
    if message.sender is not person:
        raise ControlError("people edit only what they wrote")
    message.edit(captioned(text) if message.media else _typed(text), None, world.now())
    if concerns(conversation.bot, message):
        conversation.bot.updates.add("edited_message", message.to_json())
    return message


def press(
    world: World,
    person: Person,
    conversation: Conversation,
    *,
    message_id: int,
    data: str,
    is_forged: bool = False,
) -> Callback:
    """Press the button that carries this data, or bears this text, on the message as it is now. A
    client of somebody's own can say that it was pressed when there is none: that is forged."""
    message = conversation.require(message_id)
    chosen = data if is_forged else _pressed_data(message, data)
    callback = Callback(str(secrets.randbits(62)), conversation.bot, message)
    world.callbacks[callback.id] = callback
    query = {
        "id": callback.id,
        "from": person.user_json(),
        "message": message.to_json(),
        "chat_instance": str(hash((conversation.bot.id, conversation.chat.id))),
        "data": chosen,
    }
    conversation.bot.updates.add("callback_query", query)
    return callback


def block(world: World, person: Person, bot: Bot) -> None:
    conversation = world.conversation(bot, person.id)
    if not conversation.is_blocked:
        conversation.is_blocked = True
        _tell_membership(world, conversation, person, before="member", after="kicked")


def unblock(world: World, person: Person, bot: Bot) -> None:
    conversation = world.conversation(bot, person.id)
    if conversation.is_blocked:
        conversation.is_blocked = False
        _tell_membership(world, conversation, person, before="kicked", after="member")


def add_bot_to_group(world: World, person: Person, group: Group, bot: Bot) -> None:
    if bot.id not in group.bots:
        group.bots.add(bot.id)
        conversation = world.conversation(bot, group.id)
        conversation.is_blocked = False
        _tell_membership(world, conversation, person, before="left", after="member")


def remove_bot_from_group(world: World, person: Person, group: Group, bot: Bot) -> None:
    if bot.id in group.bots:
        group.bots.discard(bot.id)
        conversation = world.conversation(bot, group.id)
        conversation.is_blocked = True
        _tell_membership(world, conversation, person, before="member", after="kicked")


def concerns(bot: Bot, message: Message) -> bool:
    """Whether a bot hears a message: in a group only a command, a mention or a reply to itself."""
    if not isinstance(message.chat, Group) or bot.reads_group or bot.id in message.chat.managers:
        return True
    if message.reply_to and message.reply_to.sender is bot:
        return True
    if f"@{bot.username}".lower() in message.content.text.lower():
        return True
    is_command = any(_is_first_command(entity) for entity in message.content.entities)
    return is_command and "@" not in message.content.text.split()[0]


def _is_first_command(entity: Entity) -> bool:
    return entity.type == "bot_command" and entity.offset == 0


def _typed(text: str) -> FormattedText:
    try:
        return format_text(text, "", None)
    except ApiError as error:
        raise ControlError(f"the app would not send this text: {error.description}") from error


def captioned(text: str) -> FormattedText:
    """Words under a file, which may be none."""
    try:
        return format_caption(text, "", None)
    except ApiError as error:
        raise ControlError(f"the app would not send this caption: {error.description}") from error


def _pressed_data(message: Message, wanted: str) -> str:
    rows = (message.markup or {}).get("inline_keyboard", [])
    buttons: list[Json] = [button for row in rows for button in row if "callback_data" in button]
    for button in buttons:
        if wanted in (button["callback_data"], button["text"]):
            return str(button["callback_data"])
    there = ", ".join(f"{button['text']} = {button['callback_data']}" for button in buttons)
    raise ControlError(f"no button {wanted!r} on message {message.message_id}; there is: {there}")


def _tell_membership(
    world: World,
    conversation: Conversation,
    person: Person,
    *,
    before: Membership,
    after: Membership,
) -> None:
    update = {
        "chat": conversation.chat.chat_json(),
        "from": person.user_json(),
        "date": int(world.now()),
        "old_chat_member": _member(conversation.bot, before),
        "new_chat_member": _member(conversation.bot, after),
    }
    conversation.bot.updates.add("my_chat_member", update)


def _member(bot: Bot, status: Membership) -> Json:
    member: Json = {"user": bot.user_json(), "status": status}
    return member | {"until_date": 0} if status == "kicked" else member
