"""Hands a message to Telegram and says in our words what became of it. Knows no database."""

import os
from dataclasses import replace
from functools import partial
from typing import Protocol

from structlog import get_logger
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from services.bot.files.enclosures import Shape
from services.bot.letters import Keyboard, Toast
from services.bot.markup import excerpt, visible
from services.bot.sending.telegram_outcomes import (
    Held,
    Message,
    Outcome,
    OutFile,
    Taken,
    TopicsRefused,
    outcome_of,
)

# python-telegram-bot warns at every RetryAfter until it is told to speak of time spans.
os.environ.setdefault("PTB_TIMEDELTA", "true")  # noqa: TID251  # told, not read

TOAST_LENGTH = 200
FILE_SECONDS = 60.0
"""Telegram looks through what it was sent before it answers."""
REOPENED_SECONDS = 1.0
"""A topic that we opened again is given so long to be open."""
_IN_ALBUM = {
    Shape.PHOTO: InputMediaPhoto,
    Shape.VIDEO: InputMediaVideo,
    Shape.AUDIO: InputMediaAudio,
    Shape.DOCUMENT: InputMediaDocument,
}

log = get_logger()


class TelegramSender(Protocol):
    """Where messages leave: Telegram itself, or a test's idea of it."""

    async def send(self, message: Message) -> Outcome: ...

    async def is_reachable(self) -> bool: ...

    async def open_topic(self, chat_id: int, name: str) -> Outcome: ...

    async def turn_topic(self, chat_id: int, thread_id: int, *, is_closing: bool) -> Outcome: ...


class BotApiSender:
    """Sends through a Bot API server."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, message: Message) -> Outcome:
        """Send or edit once; never raises for what Telegram or the network did."""
        try:
            return await self._send(message, ParseMode.HTML)
        except BadRequest as error:
            if message.thread_id is not None and "topic_closed" in str(error).lower():
                return await self._send_despite_closed(message, message.thread_id)
            if "parse entities" not in str(error):
                return outcome_of(error, message)
        log.error("our own markup was refused; sent without it", chat_id=message.chat_id)
        plain = replace(message, text=visible(message.text))
        try:
            return await self._send(plain, None)
        except TelegramError as error:
            return outcome_of(error, message)

    async def is_reachable(self) -> bool:
        """Does Telegram answer at all?"""
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True

    async def open_topic(self, chat_id: int, name: str) -> Outcome:
        """Make a topic in a group; taken under the id of its thread."""
        try:
            topic = await self._bot.create_forum_topic(chat_id, name)
        except BadRequest as error:
            return TopicsRefused(str(error))
        except TelegramError as error:
            return outcome_of(error, Message(chat_id, name))
        return Taken(topic.message_thread_id)

    async def turn_topic(self, chat_id: int, thread_id: int, *, is_closing: bool) -> Outcome:
        """Close a topic or open it again; that it is so already, or is gone, is no error."""
        turn = self._bot.close_forum_topic if is_closing else self._bot.reopen_forum_topic
        try:
            await turn(chat_id, thread_id)
        except BadRequest as error:
            log.info("a topic was not turned", chat_id=chat_id, error=str(error))
        except TelegramError as error:
            return outcome_of(error, Message(chat_id, ""))
        return Taken(0)

    async def _send_despite_closed(self, message: Message, thread_id: int) -> Outcome:
        """Open the topic again, to say it there next; where we may not, say it outside of it."""
        try:
            await self._bot.reopen_forum_topic(message.chat_id, thread_id)
        except BadRequest:
            # What replies to something in there would be in there too.
            return await self.send(replace(message, thread_id=None, reply_to=None))
        except TelegramError as error:
            return outcome_of(error, message)
        return Held(REOPENED_SECONDS)

    async def answer_press(self, callback_id: str, toast: Toast) -> bool:
        """End the waiting of whoever pressed a button; has Telegram taken it? Too late is too late;
        but a connection that was lost, as an idle one may be, deserves a second try: nobody else
        would make it."""
        text, is_cut = excerpt(toast.text, TOAST_LENGTH - 1)
        answer = partial(
            self._bot.answer_callback_query,
            callback_id,
            text=f"{text}…" if is_cut else text or None,
            show_alert=toast.is_alert,
        )
        try:
            try:
                await answer()
            except NetworkError as error:
                if isinstance(error, BadRequest | TimedOut):
                    raise
                await answer()
        except TelegramError as error:
            log.info("a pressed button was not answered", error=str(error))
            return False
        return True

    async def _send(self, message: Message, parse_mode: str | None) -> Outcome:
        try:
            if message.edits is not None:
                await self._edit(message, parse_mode)
                return Taken(message.edits)
            first, *others = await self._send_new(message, parse_mode)
            return Taken(first, tuple(others))
        except BadRequest:
            raise
        except TelegramError as error:
            return outcome_of(error, message)

    async def _send_new(self, message: Message, parse_mode: str | None) -> list[int]:
        """The ids under which Telegram has it."""
        markup, quoting = _markup(message), _quoting(message.reply_to)
        if len(message.files) > 1:
            return await self._send_album(message, parse_mode)
        if message.files:
            sent = await self._send_file(message, message.files[0], parse_mode)
        elif message.photo is not None:
            sent = await self._bot.send_photo(
                message.chat_id,
                message.photo,
                caption=message.text or None,
                parse_mode=parse_mode,
                reply_markup=markup,
                reply_parameters=quoting,
                message_thread_id=message.thread_id,
            )
        else:
            sent = await self._bot.send_message(
                message.chat_id,
                message.text,
                parse_mode=parse_mode,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=markup,
                reply_parameters=quoting,
                message_thread_id=message.thread_id,
            )
        return [sent.message_id]

    async def _send_file(self, message: Message, file: OutFile, parse_mode: str | None) -> Sent:
        send = getattr(self._bot, f"send_{file.shape.value}")
        sent: Sent = await send(
            message.chat_id,
            file.data,
            filename=file.name,
            caption=message.text or None,
            parse_mode=parse_mode,
            reply_markup=_markup(message),
            reply_parameters=_quoting(message.reply_to),
            message_thread_id=message.thread_id,
            read_timeout=FILE_SECONDS,
        )
        return sent

    async def _send_album(self, message: Message, parse_mode: str | None) -> list[int]:
        captions = [message.text or None, *[None] * (len(message.files) - 1)]
        parts = [
            _IN_ALBUM[file.shape](
                file.data, filename=file.name, caption=caption, parse_mode=parse_mode
            )
            for file, caption in zip(message.files, captions, strict=True)
        ]
        sent = await self._bot.send_media_group(
            message.chat_id,
            parts,
            reply_parameters=_quoting(message.reply_to),
            message_thread_id=message.thread_id,
            read_timeout=FILE_SECONDS,
        )
        return [one.message_id for one in sent]

    async def _edit(self, message: Message, parse_mode: str | None) -> None:
        if message.is_caption:
            await self._bot.edit_message_caption(
                message.chat_id,
                message.edits,
                caption=message.text,
                parse_mode=parse_mode,
                reply_markup=_inline(message.buttons),
            )
            return
        await self._bot.edit_message_text(
            message.text,
            chat_id=message.chat_id,
            message_id=message.edits,
            parse_mode=parse_mode,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_inline(message.buttons),
        )


def _quoting(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def _markup(message: Message) -> InlineKeyboardMarkup | ForceReply | None:
    return ForceReply(selective=True) if message.forces_reply else _inline(message.buttons)


def _inline(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    rows = [
        [InlineKeyboardButton(button.text, callback_data=button.data) for button in row]
        for row in keyboard
    ]
    return InlineKeyboardMarkup(rows)
