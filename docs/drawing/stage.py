"""The people of the day, its clock, and how a picture comes about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import time

from botapi.sights import ChatMessage
from docs.drawing.album import Album
from tests.support.botapi import TelegramPerson
from tests.support.running_desk import AGENT_ID, OTHER_AGENT_ID, RunningDesk

IVAN, OLGA, PETR, ZOYA, LENA = 9001, 9002, 9003, 9004, 9005
ENOUGH_FOR_A_SUSPICION = 20


@dataclass(frozen=True)
class Morning:
    """When the day begins: ten o'clock of a working day in Moscow."""

    at: datetime = datetime(2026, 11, 24, 7, tzinfo=UTC)

    def set(self, desk: RunningDesk, album: Album, hours: float = 0.0) -> None:
        """Let it be so many hours after the begin."""
        album.clock = self.at.timestamp() - time() + hours * 3600
        desk.set_clock(album.clock)


START = Morning()


class Day:
    """The people, and what the story needs of them more than once."""

    def __init__(self, desk: RunningDesk, album: Album) -> None:
        self.desk, self.album = desk, album
        self.anna = self._agent(AGENT_ID, "Анна")
        self.boris = self._agent(OTHER_AGENT_ID, "Борис")
        self.ivan = desk.telegram.person(IVAN, "Иван")
        self.olga = desk.telegram.person(OLGA, "Ольга")
        self.petr = desk.telegram.person(PETR, "Пётр")
        self.zoya = desk.telegram.person(ZOYA, "Зоя")
        self.lena = desk.telegram.person(LENA, "Лена")

    def _agent(self, telegram_id: int, name: str) -> TelegramPerson:
        person = self.desk.telegram.person(telegram_id, name)
        person.receives("Доступ сотрудника поддержки есть", after=person.says("/start"))
        return person

    def asks(self, name: str, person: TelegramPerson, text: str, *told: str) -> ChatMessage:
        """A picture of what somebody says and what the bot answers."""
        said = person.says(text)
        answer = person.receives(*told, after=said)
        self.album.shoot(name, person.id, said, answer)
        return answer

    def face(self, person: TelegramPerson, message: ChatMessage, *parts: str) -> ChatMessage:
        """A message as soon as it reads so."""
        return self.desk.telegram.wait_for_message(
            person.id,
            lambda one: one.id == message.id and all(part in one.text for part in parts),
            bot=person.bot,
        )

    def offers(self, person: TelegramPerson, message: ChatMessage, button: str) -> ChatMessage:
        """A message as soon as it has this button."""
        return self.desk.telegram.wait_for_message(
            person.id,
            lambda one: one.id == message.id and one.button(button) is not None,
            bot=person.bot,
        )

    def shows(self, name: str, person: TelegramPerson, *messages: ChatMessage) -> None:
        self.album.shoot(name, person.id, *messages)
