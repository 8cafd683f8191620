"""What tests of files in the bot ask again and again."""

from pathlib import Path

from botapi.sights import ChatMessage
from chassis.files.store import FileStore
from contracts.tickets import MessageView
from contracts.vocabulary import Delivery
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until


def folder(desk: BotDesk) -> Path:
    return Path(desk.environment["SUPPORT_DATA_DIR"]) / "files"


def contents(desk: BotDesk, message: MessageView) -> list[bytes]:
    store = FileStore(str(folder(desk)))
    return [store.read(file.key) for file in message.attachments]


def asks(ivan: TelegramPerson, text: str = "Не работает") -> int:
    said = ivan.says(text)
    return ticket_in(ivan.receives("принято", after=said))


def last_message(desk: BotDesk, ticket_id: int) -> MessageView:
    return desk.tickets.get_ticket(ticket_id).messages[-1]


def waits_for_delivery(desk: BotDesk, ticket_id: int, delivery: Delivery) -> None:
    def is_told() -> bool:
        return last_message(desk, ticket_id).delivery == delivery

    wait_until(is_told, 15, f"the answer is not {delivery}")


def with_files(person: TelegramPerson, after: ChatMessage) -> list[ChatMessage]:
    return [one for one in person.received() if one.id > after.id and one.file]
