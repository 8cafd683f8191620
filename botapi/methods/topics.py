"""The topics of a forum: made, closed and opened again by a bot that may manage them. Its own it
may close and open without that right."""

from botapi.conversations import Conversation, topic_json
from botapi.errors import bad_request
from botapi.methods.chats import writable_conversation
from botapi.people import Bot, Group
from botapi.wire import Json, Parameters
from botapi.world import World

MAX_NAME = 128


def create_forum_topic(world: World, bot: Bot, given: Parameters) -> Json:
    conversation = _forum(world, bot, given)
    if not isinstance(conversation.chat, Group) or bot.id not in conversation.chat.managers:
        raise bad_request("not enough rights to create a topic")
    name = given.text("name").strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise bad_request("invalid forum topic name specified")
    return {
        "message_thread_id": conversation.open_topic(bot, name, world.now()),
        **topic_json(name),
    }


def close_forum_topic(world: World, bot: Bot, given: Parameters) -> bool:
    return _turn(world, bot, given, is_closed=True)


def reopen_forum_topic(world: World, bot: Bot, given: Parameters) -> bool:
    return _turn(world, bot, given, is_closed=False)


def find_topic(conversation: Conversation, given: Parameters) -> int:
    """The topic that `message_thread_id` names."""
    thread_id = given.integer("message_thread_id")
    if thread_id not in conversation.topics:
        raise bad_request("message thread not found")
    return thread_id


def _turn(world: World, bot: Bot, given: Parameters, *, is_closed: bool) -> bool:
    conversation = _forum(world, bot, given)
    topic = conversation.topics[find_topic(conversation, given)]
    if not conversation.may_turn(topic, bot.id):
        raise bad_request("not enough rights to close or open the topic")
    if topic.is_closed == is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_closed = is_closed
    return True


def _forum(world: World, bot: Bot, given: Parameters) -> Conversation:
    conversation = writable_conversation(world, bot, given)
    group = conversation.chat
    if not isinstance(group, Group) or not group.is_forum:
        raise bad_request("the chat is not a forum")
    return conversation
