"""Which chat a call means, and what a bot may learn and show there."""

from botapi.conversations import Conversation
from botapi.errors import bad_request, chat_not_found
from botapi.people import Bot, Group
from botapi.wire import Json, Parameters
from botapi.world import World

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
ACCEPTED_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def find_conversation(world: World, bot: Bot, given: Parameters) -> Conversation:
    """The chat that `chat_id` names; usernames name channels, of which there are none here."""
    if not given.given("chat_id"):
        raise bad_request("chat_id is empty")
    try:
        chat_id = int(given.text("chat_id"))
    except ValueError:
        raise chat_not_found() from None
    return world.conversation(bot, chat_id)


def writable_conversation(world: World, bot: Bot, given: Parameters) -> Conversation:
    conversation = find_conversation(world, bot, given)
    conversation.check_bot_may_write()
    return conversation


def get_chat(world: World, bot: Bot, given: Parameters) -> Json:
    conversation = find_conversation(world, bot, given)
    if not conversation.is_met and conversation.chat.id > 0:
        raise chat_not_found()
    if isinstance(conversation.chat, Group):
        conversation.check_bot_may_write()
    return {
        **conversation.chat.chat_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(ACCEPTED_GIFTS, False),
    }


def get_chat_member(world: World, bot: Bot, given: Parameters) -> Json:
    """How somebody is in a group; of the bots only whether they may manage topics."""
    conversation = find_conversation(world, bot, given)
    group = conversation.chat
    if not isinstance(group, Group):
        raise bad_request("chat not found")
    conversation.check_bot_may_write()
    user_id = given.integer("user_id")
    if user_id in group.managers:
        rights = dict.fromkeys(ADMINISTRATOR_RIGHTS, False) | {"can_manage_topics": True}
        return {"user": bot.user_json(), "status": "administrator", **rights}
    if user_id in group.bots:
        return {"user": bot.user_json(), "status": "member"}
    if user_id in group.people:
        return {"user": world.person(user_id).user_json(), "status": "member"}
    raise bad_request("PARTICIPANT_ID_INVALID")


def send_chat_action(world: World, bot: Bot, given: Parameters) -> bool:
    writable_conversation(world, bot, given)
    if given.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True
