"""A ticket's topic in a group that has topics: made before its first message, closed and opened
again as the ticket is. A topic that the group does not allow, or that may have been made and is not
known, is done without."""

import asyncio

from structlog import get_logger

from chassis.storage.store import Store
from services.bot.group import agents_group
from services.bot.models import OutgoingMessage, Topic
from services.bot.sending.settling import CLOSE
from services.bot.sending.telegram_outcomes import Outcome, Taken, TopicOpened, Unknown
from services.bot.sending.telegram_sender import TelegramSender

log = get_logger()


class Topics:
    """`named_id` is the group that the configuration names."""

    def __init__(self, store: Store, telegram: TelegramSender, named_id: int) -> None:
        self._store = store
        self._telegram = telegram
        self._named_id = named_id

    async def place(self, row: OutgoingMessage) -> Topic | Outcome | None:
        """The topic of a message, none when it goes without; or what became of making it, after
        which the message has another turn, or of what was to be done to it."""
        assert row.topic is not None
        assert row.ticket_id is not None
        if not await asyncio.to_thread(self._has_topics, row.chat_id):
            return None if row.topic_act is None else Taken(0)
        topic = await asyncio.to_thread(self._topic, row.chat_id, row.ticket_id)
        if row.topic_act is not None:
            return await self._act(row, topic)
        if topic is not None:
            return topic
        made = await self._telegram.open_topic(row.chat_id, row.topic)
        match made:
            case Taken(thread_id):
                return TopicOpened(thread_id)
            case Unknown(reason):
                log.warning("it is not known whether a topic was made", key=row.key, error=reason)
                return None  # the message itself has gone nowhere yet
            case _:
                return made

    async def _act(self, row: OutgoingMessage, topic: Topic | None) -> Outcome:
        is_closing = row.topic_act == CLOSE
        if topic is None or topic.is_closed == is_closing:
            return Taken(0)
        return await self._telegram.turn_topic(row.chat_id, topic.thread_id, is_closing=is_closing)

    def _has_topics(self, chat_id: int) -> bool:
        state = self._store.ask(agents_group.state_of, self._named_id)
        return state is not None and state.has_topics and state.chat_id == chat_id

    def _topic(self, chat_id: int, ticket_id: int) -> Topic | None:
        return self._store.ask(agents_group.topic_of, chat_id, ticket_id)
