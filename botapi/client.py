"""A local Bot API server as Python: play people, read chats, arm faults, count calls.

`bot` is a username and may be left out where one bot lives alone. What people cannot do in
Telegram raises `Refused` with the server's sentence.
"""

from base64 import b64decode
from collections.abc import Sequence

from botapi.channel import ControlChannel
from botapi.sights import Call, CallbackAnswer, ChatMessage, Enclosed, Topic
from botapi.wire import Json


class BotApiClient(ControlChannel):
    """Plays everybody but the bots. Each method is one request; ids are Telegram's numbers."""

    def add_bot(
        self, token: str, username: str, first_name: str = "", *, reads_group: bool = False
    ) -> None:
        self.post(
            "add_bot",
            token=token,
            username=username,
            first_name=first_name,
            reads_group=reads_group,
        )

    def add_person(
        self,
        person_id: int,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
    ) -> None:
        self.post(
            "add_person",
            id=person_id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
        )

    def add_group(
        self,
        group_id: int,
        title: str,
        *,
        people: Sequence[int],
        bots: Sequence[str],
        is_forum: bool = False,
        managers: Sequence[str] = (),
    ) -> None:
        """Make a group; its first person owns it and brings the bots in. `managers` are the bots
        that may manage topics, and so read everything."""
        self.post(
            "add_group",
            id=group_id,
            title=title,
            people=list(people),
            bots=list(bots),
            is_forum=is_forum,
            managers=list(managers),
        )

    def remove_bot(self, group_id: int, person: int, *, bot: str | None = None) -> None:
        """Somebody throws a bot out of a group."""
        self.post("remove_bot", id=group_id, person=person, bot=bot)

    def return_bot(self, group_id: int, person: int, *, bot: str | None = None) -> None:
        """Somebody brings it back."""
        self.post("return_bot", id=group_id, person=person, bot=bot)

    def topics(self, chat_id: int, *, bot: str | None = None) -> list[Topic]:
        """The topics of a forum."""
        return [Topic(**found) for found in self.post("topics", chat_id=chat_id, bot=bot)]

    def open_topic(self, person: int, chat_id: int, name: str, *, bot: str | None = None) -> int:
        """Somebody opens a topic in a forum; its number there."""
        return int(self.post("open_topic", person=person, chat_id=chat_id, name=name, bot=bot))

    def turn_topic(
        self, person: int, chat_id: int, topic: int, *, is_closed: bool, bot: str | None = None
    ) -> None:
        """Whoever may manage topics, or opened this one, closes it or opens it again."""
        self.post(
            "turn_topic", person=person, chat_id=chat_id, topic=topic, is_closed=is_closed, bot=bot
        )

    def delete_topic(
        self, person: int, chat_id: int, topic: int, *, bot: str | None = None
    ) -> None:
        """The same deletes it, with all that was said in it."""
        self.post("delete_topic", person=person, chat_id=chat_id, topic=topic, bot=bot)

    def say(
        self,
        person: int,
        text: str,
        *,
        bot: str | None = None,
        chat_id: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> ChatMessage | None:
        """Write to a bot, or to a group; None when no bot is there to keep the message."""
        said = self.post(
            "say",
            person=person,
            text=text,
            bot=bot,
            chat_id=chat_id,
            reply_to=reply_to,
            topic=topic,
        )
        return ChatMessage.from_json(said[0]) if said else None

    def send(
        self,
        person: int,
        *files: Enclosed,
        bot: str | None = None,
        chat_id: int | None = None,
        reply_to: int | None = None,
    ) -> list[ChatMessage]:
        """Send a file to a bot or to a group, or several as an album."""
        sent = self.post(
            "send",
            person=person,
            files=[one.to_json() for one in files],
            bot=bot,
            chat_id=chat_id,
            reply_to=reply_to,
        )
        return [ChatMessage.from_json(message) for message in sent]

    def edit(
        self,
        person: int,
        message_id: int,
        text: str,
        *,
        bot: str | None = None,
        chat_id: int | None = None,
    ) -> ChatMessage:
        edited = self.post(
            "edit", person=person, message_id=message_id, text=text, bot=bot, chat_id=chat_id
        )
        return ChatMessage.from_json(edited)

    def press(
        self,
        person: int,
        message_id: int,
        data: str,
        *,
        bot: str | None = None,
        chat_id: int | None = None,
        is_forged: bool = False,
    ) -> str:
        """Press the button with this data or this text; the id leads to the bot's answer. Forged
        data comes from no button."""
        pressed = self.post(
            "press",
            person=person,
            message_id=message_id,
            data=data,
            bot=bot,
            chat_id=chat_id,
            is_forged=is_forged,
        )
        return str(pressed["callback_query_id"])

    def bring(self, kind: str, content: Json, *, bot: str | None = None) -> None:
        """Give a bot an update of any content, understandable or not."""
        self.post("bring", kind=kind, content=content, bot=bot)

    def block(self, person: int, *, bot: str | None = None) -> None:
        self.post("block", person=person, bot=bot)

    def unblock(self, person: int, *, bot: str | None = None) -> None:
        self.post("unblock", person=person, bot=bot)

    def messages(
        self,
        chat_id: int,
        *,
        bot: str | None = None,
        newer_than: int = 0,
        having: Sequence[str] = (),
    ) -> list[ChatMessage]:
        """Everything said in a chat by both sides, the oldest first, the deleted included; of it
        what is newer than a message and has all these words in its text as it stands now."""
        found = self.post(
            "messages", chat_id=chat_id, bot=bot, newer_than=newer_than, having=list(having)
        )
        return [ChatMessage.from_json(message) for message in found]

    def file(self, chat_id: int, message_id: int, *, bot: str | None = None) -> bytes:
        """The file of a message, as it was sent."""
        return b64decode(self.post("file", chat_id=chat_id, message_id=message_id, bot=bot))

    def callback_answer(self, callback_query_id: str) -> CallbackAnswer | None:
        """How the bot answered a pressed button; None while it has not."""
        found = self.post("callback_answer", callback_query_id=callback_query_id)
        return CallbackAnswer(**found) if found else None

    def expire_callback(self, callback_query_id: str) -> None:
        """From now on the bot's answer to this button comes too late."""
        self.post("expire_callback", callback_query_id=callback_query_id)

    def calls(
        self, method: str | None = None, *, chat_id: int | None = None, bot: str | None = None
    ) -> list[Call]:
        """The calls that bots made, in order."""
        found = self.post("calls", method=method, chat_id=chat_id, bot=bot)
        return [Call(**call) for call in found]

    def forget_calls(self) -> None:
        self.post("forget_calls")

    def pending_updates(self, *, bot: str | None = None) -> int:
        """How many updates the bot has not confirmed."""
        return int(self.post("pending", bot=bot))

    def refuse(
        self,
        method: str,
        code: int,
        *,
        times: int = 1,
        description: str = "",
        retry_after: int = 1,
        chat_id: int | None = None,
        bot: str | None = None,
    ) -> None:
        """The next calls are answered with this error and do nothing."""
        self.post(
            "arm",
            kind="error",
            method=method,
            error_code=code,
            times=times,
            description=description,
            retry_after=retry_after,
            chat_id=chat_id,
            bot=bot,
        )

    def hang(
        self,
        method: str,
        seconds: float,
        *,
        times: int = 1,
        chat_id: int | None = None,
        bot: str | None = None,
    ) -> None:
        """The next calls are carried out and answered only after this time."""
        self.post(
            "arm",
            kind="hang",
            method=method,
            seconds=seconds,
            times=times,
            chat_id=chat_id,
            bot=bot,
        )

    def cut(
        self,
        method: str,
        *,
        times: int = 1,
        has_effect: bool = True,
        chat_id: int | None = None,
        bot: str | None = None,
    ) -> None:
        """The next calls lose their connection without an answer, carried out or not."""
        self.post(
            "arm",
            kind="cut",
            method=method,
            times=times,
            has_effect=has_effect,
            chat_id=chat_id,
            bot=bot,
        )

    def disarm(self) -> None:
        """End all faults; calls that hang go on at once."""
        self.post("disarm")

    def forget(self) -> None:
        """Back to the beginning, with the bots alone."""
        self.post("forget")
