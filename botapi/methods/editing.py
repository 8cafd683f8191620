"""Changes to messages that a bot has sent. An edit that changes nothing is refused."""

from botapi.conversations import Conversation, Message
from botapi.entities import FormattedText
from botapi.errors import bad_request
from botapi.keyboards import read_markup
from botapi.media import WORDLESS
from botapi.methods.chats import writable_conversation
from botapi.methods.files import read_caption
from botapi.methods.sending import read_content
from botapi.people import Bot, Group
from botapi.wire import Json, Parameters
from botapi.world import World


def edit_message_text(world: World, bot: Bot, given: Parameters) -> Json:
    """A text edited without a keyboard loses the keyboard it had."""
    message = _own_message(world, bot, given)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(message, read_content(world, given), read_markup(given), world.now())


def edit_message_caption(world: World, bot: Bot, given: Parameters) -> Json:
    """The words under a file; a keyboard that is not given anew is lost here too."""
    message = _own_message(world, bot, given)
    if message.media is None or message.media.kind in WORDLESS:
        raise bad_request("there is no caption in the message to edit")
    return _edit(message, read_caption(world, given), read_markup(given), world.now())


def edit_message_reply_markup(world: World, bot: Bot, given: Parameters) -> Json:
    message = _own_message(world, bot, given)
    return _edit(message, message.content, read_markup(given), world.now())


def delete_message(world: World, bot: Bot, given: Parameters) -> bool:
    """In a private chat a bot may delete the person's messages too."""
    message = _find(writable_conversation(world, bot, given), given)
    if message is None:
        raise bad_request("message to delete not found")
    if isinstance(message.chat, Group) and message.sender is not bot:
        raise bad_request("message can't be deleted")
    message.is_deleted = True
    return True


def _edit(message: Message, content: FormattedText, markup: Json | None, now: float) -> Json:
    if (content, markup) == (message.content, message.markup):
        raise bad_request(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    message.edit(content, markup, now)
    return message.to_json()


def _own_message(world: World, bot: Bot, given: Parameters) -> Message:
    message = _find(writable_conversation(world, bot, given), given)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not bot:
        raise bad_request("message can't be edited")
    return message


def _find(conversation: Conversation, given: Parameters) -> Message | None:
    if given.integer("message_id") <= 0:
        raise bad_request("message identifier is not specified")
    return conversation.find(given.integer("message_id"))
