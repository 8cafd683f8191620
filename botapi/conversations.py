"""One bot in one chat: the messages, whether the bot may write, the next message id."""

from dataclasses import dataclass, field

from botapi.entities import FormattedText
from botapi.errors import ControlError, blocked_by_user, forbidden
from botapi.keyboards import inline_keyboard
from botapi.media import Media, described
from botapi.people import Bot, Chat, Group, Person
from botapi.wire import Json


@dataclass
class Revision:
    """What a message said until it was edited."""

    text: str
    markup: Json | None
    until: float


@dataclass
class Message:
    """`content` is the caption of a message with a file, and may be empty there. Messages of one
    `album` are shown together."""

    message_id: int
    sender: Person | Bot
    chat: Chat
    content: FormattedText
    sent_at: float
    reply_to: "Message | None" = None
    markup: Json | None = None
    link_preview: Json | None = None
    is_silent: bool = False
    edited_at: float | None = None
    is_deleted: bool = False
    media: Media | None = None
    album: str | None = None
    thread_id: int | None = None
    """The topic of a forum in which it stands."""
    opens_topic: str | None = None
    """The name of the topic that this line of the group's own has opened."""
    revisions: list[Revision] = field(default_factory=list)

    def edit(self, content: FormattedText, markup: Json | None, now: float) -> None:
        self.revisions.append(Revision(self.content.text, self.markup, now))
        self.content, self.markup, self.edited_at = content, markup, now

    def to_json(self, *, is_quoted: bool = False) -> Json:
        """As the Bot API shows it; a quoted message does not quote in its turn."""
        message: Json = {
            "message_id": self.message_id,
            "from": self.sender.user_json(),
            "chat": self.chat.chat_json(),
            "date": int(self.sent_at),
        }
        words, entities = ("caption", "caption_entities") if self.media else ("text", "entities")
        optional = {
            **(described(self.media) if self.media else {}),
            "media_group_id": self.album,
            "edit_date": int(self.edited_at) if self.edited_at else None,
            words: self.content.text,
            entities: self.content.entities_json(),
            "reply_markup": inline_keyboard(self.markup),
            "link_preview_options": self.link_preview,
            "reply_to_message": self._quoted() if not is_quoted else None,
            "message_thread_id": self.thread_id,
            "is_topic_message": self.thread_id is not None,
            "forum_topic_created": self._topic_json(),
        }
        return message | {name: value for name, value in optional.items() if value}

    def _topic_json(self) -> Json | None:
        return topic_json(self.opens_topic) if self.opens_topic else None

    def _quoted(self) -> Json | None:
        return self.reply_to.to_json(is_quoted=True) if self.reply_to else None


def topic_json(name: str) -> Json:
    return {"name": name, "icon_color": 7322096}


@dataclass
class Topic:
    """A topic of a forum, as one bot numbers it. Whoever opened it may close and reopen it as who
    manages topics may; when it is closed nobody else writes in it."""

    name: str
    opened_by: int
    is_closed: bool = False


@dataclass
class Conversation:
    """`is_met` says that the person has written to the bot: before that a bot may not write."""

    bot: Bot
    chat: Chat
    next_id: int
    is_met: bool = False
    is_blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)

    def open_topic(self, opener: Person | Bot, name: str, now: float) -> int:
        """A topic is called by the message that opened it."""
        message = self.add(opener, FormattedText(""), now)
        message.opens_topic, message.thread_id = name, message.message_id
        self.topics[message.message_id] = Topic(name, opener.id)
        return message.message_id

    def delete_topic(self, thread_id: int) -> None:
        """Its messages go with it."""
        del self.topics[thread_id]
        for message in self.messages.values():
            message.is_deleted = message.is_deleted or message.thread_id == thread_id

    def may_turn(self, topic: Topic, who: int) -> bool:
        """Whether somebody may close and reopen a topic, and so write in a closed one."""
        is_manager = isinstance(self.chat, Group) and self.chat.may_manage_topics(who)
        return is_manager or topic.opened_by == who

    def may_write_in(self, thread_id: int | None, who: int) -> bool:
        topic = self.topics.get(thread_id or 0)
        return topic is None or not topic.is_closed or self.may_turn(topic, who)

    def add(self, sender: Person | Bot, content: FormattedText, now: float) -> Message:
        message = Message(self.next_id, sender, self.chat, content, now)
        self.messages[message.message_id] = message
        self.next_id += 1
        return message

    def find(self, message_id: int) -> Message | None:
        message = self.messages.get(message_id)
        return None if message is None or message.is_deleted else message

    def require(self, message_id: int) -> Message:
        message = self.find(message_id)
        if message is None:
            raise ControlError(f"chat {self.chat.id} has no message {message_id}")
        return message

    def check_bot_may_write(self) -> None:
        if isinstance(self.chat, Group):
            if self.is_blocked:
                raise forbidden("bot was kicked from the supergroup chat")
            if self.bot.id not in self.chat.bots:
                raise forbidden("bot is not a member of the group chat")
        elif self.is_blocked:
            raise blocked_by_user()
        elif not self.is_met:
            raise forbidden("bot can't initiate conversation with a user")
