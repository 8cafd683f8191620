"""What a script may do and see: play the people, arm faults, look on. One method, one request."""

from base64 import b64encode

from botapi import actions
from botapi.conversations import Conversation, Message
from botapi.enclosing import Enclosure, send, send_in_group
from botapi.errors import ControlError
from botapi.faults import Fault
from botapi.people import Group, Person
from botapi.wire import Json
from botapi.world import World

MAX_WAIT_SECONDS = 30.0


class Stage:
    """Takes and gives JSON. Whoever calls a method holds the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_bot(self, body: Json) -> Json:
        bot = self._world.register_bot(
            str(body["token"]), str(body["username"]), str(body.get("first_name") or "")
        )
        bot.reads_group = bool(body.get("reads_group"))
        return bot.me_json()

    def add_person(self, body: Json) -> Json:
        """Make a person known, or give one a new name."""
        names = ("last_name", "username", "language_code")
        person = self._world.people.setdefault(int(body["id"]), Person(int(body["id"]), ""))
        person.first_name = str(body["first_name"])
        for name in names:
            setattr(person, name, body.get(name))
        return person.user_json()

    def add_group(self, body: Json) -> Json:
        world = self._world
        group = Group(int(body["id"]), str(body["title"]))
        group.people = {world.person(person_id).id for person_id in body["people"]}
        group.is_forum = bool(body.get("is_forum"))
        founder = world.person(body["people"][0])
        group.managers = {world.bot_named(name).id for name in body.get("managers", [])}
        group.owner = founder.id
        world.groups[group.id] = group
        for username in body["bots"]:
            actions.add_bot_to_group(world, founder, group, world.bot_named(username))
        return group.chat_json()

    def remove_bot(self, body: Json) -> Json:
        world = self._world
        group, bot = world.group(int(body["id"])), world.bot_named(body.get("bot"))
        actions.remove_bot_from_group(world, self._person(body), group, bot)
        return {}

    def return_bot(self, body: Json) -> Json:
        world = self._world
        group, bot = world.group(int(body["id"])), world.bot_named(body.get("bot"))
        actions.add_bot_to_group(world, self._person(body), group, bot)
        return {}

    def topics(self, body: Json) -> list[Json]:
        """The topics of a forum as a bot numbers them."""
        conversation = self._world.conversation(
            self._world.bot_named(body.get("bot")), int(body["chat_id"])
        )
        return [{"id": number, **vars(one)} for number, one in conversation.topics.items()]

    def open_topic(self, body: Json) -> int:
        conversation, name = self._conversation(body), str(body["name"])
        return actions.open_topic(self._world, self._person(body), conversation, name=name)

    def turn_topic(self, body: Json) -> Json:
        conversation, topic = self._conversation(body), int(body["topic"])
        is_closed = bool(body["is_closed"])
        actions.turn_topic(self._person(body), conversation, topic, is_closed=is_closed)
        return {}

    def delete_topic(self, body: Json) -> Json:
        actions.delete_topic(self._person(body), self._conversation(body), int(body["topic"]))
        return {}

    def say(self, body: Json) -> list[Json]:
        """The message as each bot concerned numbers it: one in private, several in a group."""
        world, person = self._world, self._person(body)
        text, reply_to, topic = str(body["text"]), body.get("reply_to"), body.get("topic")
        if body.get("chat_id") in world.groups:
            group = world.group(body["chat_id"])
            said = actions.say_in_group(
                world, person, group, text=text, reply_to=reply_to, topic=topic
            )
        else:
            chat = self._conversation(body)
            said = [actions.say(world, person, chat, text=text, reply_to=reply_to)]
        return [_seen(message) for message in said]

    def send(self, body: Json) -> list[Json]:
        """One file, or an album, each `{kind, data, caption, file_name, mime_type}`; the messages
        as `say` gives them."""
        world, person, reply_to = self._world, self._person(body), body.get("reply_to")
        enclosed = [Enclosure.from_json(one) for one in body["files"]]
        if body.get("chat_id") in world.groups:
            group = world.group(body["chat_id"])
            sent = send_in_group(world, person, group, enclosed, reply_to=reply_to)
        else:
            chat = self._conversation(body)
            sent = send(world, person, chat, enclosed, reply_to=reply_to)
        return [_seen(message) for message in sent]

    def edit(self, body: Json) -> Json:
        edited = actions.edit(
            self._world,
            self._person(body),
            self._conversation(body),
            message_id=int(body["message_id"]),
            text=str(body["text"]),
        )
        return _seen(edited)

    def bring(self, body: Json) -> Json:
        """An update of any content, as a newer Telegram might send it."""
        bot = self._world.bot_named(body.get("bot"))
        bot.updates.add(str(body["kind"]), dict(body["content"]))
        return {}

    def press(self, body: Json) -> Json:
        pressed = actions.press(
            self._world,
            self._person(body),
            self._conversation(body),
            message_id=int(body["message_id"]),
            data=str(body["data"]),
            is_forged=bool(body.get("is_forged")),
        )
        return {"callback_query_id": pressed.id}

    def block(self, body: Json) -> Json:
        actions.block(self._world, self._person(body), self._world.bot_named(body.get("bot")))
        return {}

    def unblock(self, body: Json) -> Json:
        actions.unblock(self._world, self._person(body), self._world.bot_named(body.get("bot")))
        return {}

    def messages(self, body: Json) -> list[Json]:
        bot = self._world.bot_named(body.get("bot"))
        if self._world.find_chat(int(body["chat_id"])) is None:
            return []
        conversation = self._world.conversation(bot, int(body["chat_id"]))
        newer_than, having = int(body.get("newer_than", 0)), body.get("having", [])
        return [
            _seen(message)
            for message in conversation.messages.values()
            if message.message_id > newer_than
            and all(words in message.content.text for words in having)
        ]

    def file(self, body: Json) -> str:
        """The file of a message as it was sent, in base64."""
        bot = self._world.bot_named(body.get("bot"))
        conversation = self._world.conversation(bot, int(body["chat_id"]))
        message = conversation.require(int(body["message_id"]))
        if message.media is None:
            raise ControlError(f"message {message.message_id} has no file")
        return b64encode(message.media.data).decode()

    def callback_answer(self, body: Json) -> Json | None:
        return self._world.callbacks[body["callback_query_id"]].answer

    def expire_callback(self, body: Json) -> Json:
        self._world.callbacks[body["callback_query_id"]].is_expired = True
        return {}

    def calls(self, body: Json) -> list[Json]:
        wanted = {name: body[name] for name in ("method", "chat_id", "bot") if body.get(name)}
        return [
            call.to_json() for call in self._world.calls if wanted.items() <= vars(call).items()
        ]

    def forget_calls(self, _body: Json) -> Json:
        self._world.calls.clear()
        return {}

    def arm(self, body: Json) -> Json:
        self._world.faults.arm(Fault.from_json(body))
        return {}

    def disarm(self, _body: Json) -> Json:
        self._world.faults.disarm()
        return {}

    def pending(self, body: Json) -> int:
        return len(self._world.bot_named(body.get("bot")).updates)

    def forget(self, _body: Json) -> Json:
        self._world.forget()
        return {}

    def wait(self, body: Json) -> int:
        """The revision, as soon as it is past the one given, or when the time is up."""
        world, closing = self._world, self._world.closing
        since = int(body.get("since", -1))
        seconds = min(float(body.get("seconds", 0)), MAX_WAIT_SECONDS)
        world.changed.wait_for(lambda: world.revision > since or closing.is_set(), seconds)
        return world.revision

    def _person(self, body: Json) -> Person:
        return self._world.person(int(body["person"]))

    def _conversation(self, body: Json) -> Conversation:
        chat_id = body.get("chat_id") or body["person"]
        return self._world.conversation(self._world.bot_named(body.get("bot")), int(chat_id))


def _seen(message: Message) -> Json:
    """A message with what the Bot API does not tell: markup of any kind, exact times, history."""
    return {
        **message.to_json(),
        "markup": message.markup,
        "sent_at": message.sent_at,
        "edited_at": message.edited_at,
        "is_silent": message.is_silent,
        "is_deleted": message.is_deleted,
        "revisions": [vars(revision) for revision in message.revisions],
    }
