"""Files that come slowly, or never: they keep nobody waiting who sends none."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from botapi.sights import Enclosed
from chassis.files.folder import Folder
from chassis.files.intake import Intake
from contracts.errors import Unavailable
from services.bot.files.file_intake import TURN_SECONDS, USERS_AT_ONCE, TelegramFiles
from services.bot.files.sent_files import SentFile
from services.bot.telegram_link import make_bot
from tests.support.bot_desk import BotDesk
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

PDF = Enclosed("document", b"%PDF-1.7 the screen", "", "screen.pdf")
SLOW_SECONDS = 4.0
VERY_SLOW_SECONDS = 12.0
"""Less than the bot waits for Telegram."""
MANY = 20
"""More than the updates that are handled at once."""


def test_files_that_come_slowly_hold_up_no_agent(desk: BotDesk, anna: TelegramPerson) -> None:
    known = anna.receives(after=anna.says("/help")).text
    people = [desk.user() for _ in range(MANY)]
    desk.telegram.hang("getFile", SLOW_SECONDS, times=MANY)
    for number, person in enumerate(people):
        person.sends(Enclosed("document", b"%PDF-1.7 " + str(number).encode(), "", "screen.pdf"))
    desk.bot.wait_until_logged("other files are being fetched")

    anna.receives(known, after=anna.says("/help"), within=SLOW_SECONDS)

    for person in people:
        person.receives("принято", within=90)


def test_an_answer_with_a_file_waits_for_no_users_files(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Где счёт?")
    anna.receives(f"#{ticket.id} ")
    people = [desk.user() for _ in range(USERS_AT_ONCE)]
    desk.telegram.hang("getFile", VERY_SLOW_SECONDS, times=USERS_AT_ONCE)
    desk.telegram.forget_calls()
    for person in people:
        person.sends(PDF)
    wait_until(lambda: len(desk.telegram.calls("getFile")) == USERS_AT_ONCE)

    answer = Enclosed("document", PDF.data, f"/reply {ticket.id} Вот он", "invoice.pdf")
    (said,) = anna.sends(answer)

    anna.receives("в приложении", after=said)
    assert not any("принято" in one.text for person in people for one in person.received())
    for person in people:
        person.receives("принято", within=90)


def test_an_album_waits_for_its_turn_once_and_each_file_is_fetched_once(desk: BotDesk) -> None:
    people = [desk.user() for _ in range(2 * USERS_AT_ONCE)]
    desk.telegram.hang("getFile", 1.5 * TURN_SECONDS, times=3 * len(people))
    desk.telegram.forget_calls()

    for person in people:
        person.sends(*(replace(PDF, data=PDF.data + b" " * number) for number in range(3)))

    for person in people:
        person.receives("принято", within=60)
    assert len(desk.telegram.calls("getFile")) == 3 * len(people)
    for person in people:
        (request,) = desk.tickets_of(person)
        (said,) = desk.tickets.get_ticket(request.id).messages
        assert len(said.attachments) == 3


@asynccontextmanager
async def trickling() -> AsyncIterator[str]:
    """A Telegram whose files come byte by byte and never end; its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
            if b"getFile" in path:
                file = {"file_id": "a", "file_unique_id": "b", "file_path": "x"}
                found = json.dumps({"ok": True, "result": file}).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(found) + found)
                await writer.drain()
                return
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"x")
                await asyncio.sleep(0.05)  # how slowly it comes, which is the point

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def test_a_file_that_never_ends_gives_its_turn_back(tmp_path: Path) -> None:
    async def fetch() -> None:
        async with trickling() as address:
            bot, intake = make_bot("1:a", f"{address}/bot"), Intake(Folder(tmp_path), [], 1)
            files = TelegramFiles(bot, intake, 1, fetch_seconds=0.5)
            slow = SentFile("document", "a", "screen.pdf", 100_000)
            with pytest.raises(Unavailable, match="too slowly"):
                await files.take_in(slow)

    asyncio.run(asyncio.wait_for(fetch(), 10))
