"""New messages of a bot, and its answers to pressed buttons."""

from botapi.conversations import Conversation, Message
from botapi.entities import Entity, FormattedText
from botapi.errors import bad_request, topic_closed
from botapi.formatting import format_text
from botapi.keyboards import read_markup
from botapi.methods.chats import writable_conversation
from botapi.methods.topics import find_topic
from botapi.people import Bot
from botapi.wire import Json, Parameters
from botapi.world import World

MAX_ANSWER_LENGTH = 200


def send_message(world: World, bot: Bot, given: Parameters) -> Json:
    conversation = writable_conversation(world, bot, given)
    message = add_message(world, conversation, read_content(world, given), given)
    message.link_preview = given.structure("link_preview_options")
    return message.to_json()


def answer_callback_query(world: World, bot: Bot, given: Parameters) -> bool:
    """Answer a pressed button; a second answer in time is allowed and replaces the first."""
    callback = world.callbacks.get(given.text("callback_query_id"))
    if callback is None or callback.bot is not bot or callback.is_expired:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(given.text("text")) > MAX_ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    callback.answer = {
        "text": given.text("text"),
        "show_alert": given.boolean("show_alert"),
        "url": given.text("url"),
    }
    return True


def read_content(world: World, given: Parameters) -> FormattedText:
    """The text with its entities, where mentions of people carry who they are."""
    entities = given.structure("entities")
    content = format_text(given.text("text"), given.text("parse_mode"), entities)
    return with_users(world, content)


def add_message(
    world: World, conversation: Conversation, content: FormattedText, given: Parameters
) -> Message:
    """What every kind of new message has in common; nothing is added when a part is refused."""
    markup = read_markup(given)
    reply_to = _replied_message(conversation, given)
    thread_id = find_topic(conversation, given) if given.given("message_thread_id") else None
    thread_id = thread_id or (reply_to.thread_id if reply_to else None)
    if not conversation.may_write_in(thread_id, conversation.bot.id):
        raise topic_closed()
    message = conversation.add(conversation.bot, content, world.now())
    message.markup, message.reply_to, message.thread_id = markup, reply_to, thread_id
    message.is_silent = given.boolean("disable_notification")
    return message


def with_users(world: World, content: FormattedText) -> FormattedText:
    """Mentions of people carry who they are."""
    known = (_with_user(world, entity) for entity in content.entities)
    return FormattedText(content.text, tuple(entity for entity in known if entity))


def _with_user(world: World, entity: Entity) -> Entity | None:
    """A mention of somebody unknown is plain text."""
    if entity.type != "text_mention":
        return entity
    person = world.people.get(entity.extra.get("user", {}).get("id"))
    if person is None:
        return None
    return Entity(entity.type, entity.offset, entity.length, {"user": person.user_json()})


def _replied_message(conversation: Conversation, given: Parameters) -> Message | None:
    """Named by reply_parameters, or the older reply_to_message_id."""
    nested = given.structure("reply_parameters")
    source = Parameters(nested) if isinstance(nested, dict) else given
    name = "message_id" if isinstance(nested, dict) else "reply_to_message_id"
    if not source.given(name):
        return None
    message = conversation.find(source.integer(name))
    if message is None and not source.boolean("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message
