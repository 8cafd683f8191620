"""The agents' group of a desk that runs, as tests speak and look there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botapi.sights import ChatMessage, Topic
from tests.support.bot_desk import OTHER_AGENT_ID, BotDesk
from tests.support.botapi import SUPPORT_BOT, TelegramPerson, anything


@dataclass(frozen=True)
class Room:
    """The agents' group; the founder owns it."""

    desk: BotDesk
    founder: TelegramPerson
    id: int

    def receives(self, *parts: str, after: ChatMessage | None = None) -> ChatMessage:
        newer_than = after.id if after else 0
        return self.desk.telegram.wait_for_message(
            self.id, anything, bot=SUPPORT_BOT, within=20, newer_than=newer_than, having=parts
        )

    def says(
        self,
        person: TelegramPerson,
        text: str,
        *,
        reply_to: ChatMessage | None = None,
        topic: int | None = None,
    ) -> ChatMessage:
        quoted = reply_to.id if reply_to else None
        said = self.desk.telegram.say(
            person.id, text, bot=SUPPORT_BOT, chat_id=self.id, reply_to=quoted, topic=topic
        )
        assert said is not None
        return said

    def presses(self, person: TelegramPerson, message: ChatMessage, button: str) -> str:
        """What the bot answers whoever pressed."""
        telegram = self.desk.telegram
        found = message.button(button)
        assert found is not None
        query = telegram.press(person.id, message.id, found.text, bot=SUPPORT_BOT, chat_id=self.id)
        answer = telegram.wait_until(lambda: telegram.callback_answer(query), 15, "an answer")
        return str(answer.text)

    def topic_of(self, ticket_id: int) -> Topic:
        topics = self.desk.telegram.topics(self.id, bot=SUPPORT_BOT)
        return next(one for one in topics if one.name.startswith(f"#{ticket_id} "))

    def said_of(self, part: str) -> list[ChatMessage]:
        messages = self.desk.telegram.messages(self.id, bot=SUPPORT_BOT)
        return [one for one in messages if one.is_from_bot and part in one.text]


@contextmanager
def agents_room(
    desk: BotDesk, group_id: int, *, is_forum: bool, is_managed: bool
) -> Iterator[Room]:
    """The desk's bot with a group of Anna's, Boris' and a stranger's, for as long as the block
    lasts; `is_managed` when the bot may manage topics there."""
    anna, boris = desk.agent(), desk.agent(OTHER_AGENT_ID, "Борис")
    olga = desk.user("Посторонняя")
    desk.waits_until_all_is_sent()
    desk.telegram.add_group(
        group_id,
        "Поддержка",
        people=[anna.id, boris.id, olga.id],
        bots=[SUPPORT_BOT],
        is_forum=is_forum,
        managers=[SUPPORT_BOT] if is_managed else [],
    )
    desk.bot.stop()
    desk.telegram.forget_calls()
    desk.start_bot(SUPPORT_AGENTS_CHAT_ID=str(group_id))
    desk.telegram.wait_for_calls("getChatMember")
    yield Room(desk, anna, group_id)
    if desk.bot.is_running():
        desk.bot.stop()
    desk.start_bot()
