"""The methods of the Bot API that this server knows; any other is answered 404."""

from collections.abc import Callable

from botapi.methods import chats, editing, files, polling, profile, sending, topics
from botapi.people import Bot
from botapi.wire import Parameters
from botapi.world import World

Method = Callable[[World, Bot, Parameters], object]

METHODS: dict[str, Method] = {
    "getMe": profile.get_me,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getUpdates": polling.get_updates,
    "setWebhook": polling.set_webhook,
    "deleteWebhook": polling.delete_webhook,
    "getWebhookInfo": polling.get_webhook_info,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "createForumTopic": topics.create_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "reopenForumTopic": topics.reopen_forum_topic,
    "sendChatAction": chats.send_chat_action,
    "sendMessage": sending.send_message,
    "sendPhoto": files.sender_of("photo"),
    "sendDocument": files.sender_of("document"),
    "sendVideo": files.sender_of("video"),
    "sendAnimation": files.sender_of("animation"),
    "sendVoice": files.sender_of("voice"),
    "sendAudio": files.sender_of("audio"),
    "sendVideoNote": files.sender_of("video_note"),
    "sendSticker": files.sender_of("sticker"),
    "sendMediaGroup": files.send_media_group,
    "getFile": files.get_file,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "answerCallbackQuery": sending.answer_callback_query,
}

_NAMES = {name.lower(): name for name in METHODS}


def find_name(name: str) -> str | None:
    """The method's own spelling: callers may write it in any case."""
    return _NAMES.get(name.lower())
