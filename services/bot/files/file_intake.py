"""Fetches what people sent from Telegram into the desk's store of files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from structlog import get_logger
from telegram import Bot, File
from telegram.error import BadRequest, InvalidToken, TelegramError

from chassis.files.intake import Intake
from contracts.errors import ContractError, FileEmpty, FileKindRefused, FileTooLarge, Unavailable
from contracts.tickets import KeptFile
from services.bot.files.sent_files import Lost, SentFile

USERS_AT_ONCE = 3
AGENTS_AT_ONCE = 2
"""Messages whose files are fetched, one after the other: a file is whole in memory meanwhile. Those
of users are many on a bad day, and an agent hears within seconds whether the answer has gone out:
they do not share."""
TURN_SECONDS = 1.0
"""Whoever waits longer for a turn waits outside: who sends no file needs the place meanwhile."""
FETCH_SECONDS = 60.0
"""A file that comes byte by byte would keep its turn for ever: the time limits of a connection are
those of each byte."""
TELEGRAMS_LIMIT = 20
MEGABYTE = 2**20

log = get_logger()


class FileIntake(Protocol):
    """The way of a file into the desk: Telegram's and the store's, or a test's idea of it."""

    def turn(self, *, of_agent: bool) -> AbstractAsyncContextManager[None]: ...

    async def take_in(self, file: SentFile) -> KeptFile | Lost: ...


class TelegramFiles:
    """Fetches, checks and keeps. The address of a file holds the bot's token: no error tells it."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        largest_megabytes: int,
        *,
        fetch_seconds: float = FETCH_SECONDS,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._limit = largest_megabytes
        self._fetch_seconds = fetch_seconds
        self._agents = asyncio.Semaphore(AGENTS_AT_ONCE)
        self._users = asyncio.Semaphore(USERS_AT_ONCE)

    @asynccontextmanager
    async def turn(self, *, of_agent: bool) -> AsyncIterator[None]:
        """Hold back until the files of a message may be fetched. Raises Unavailable when those of
        too many are being fetched."""
        turns = self._agents if of_agent else self._users
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await turns.acquire()
        except TimeoutError:
            raise Unavailable("other files are being fetched") from None
        try:
            yield
        finally:
            turns.release()

    async def take_in(self, file: SentFile) -> KeptFile | Lost:
        """Keep a file, or say why it cannot be. Raises Unavailable when Telegram or the store is
        away or slow."""
        limit = min(self._limit, TELEGRAMS_LIMIT)
        if file.size is not None and file.size > limit * MEGABYTE:
            return Lost(file.name, "too_large", limit)
        data = await self._fetch_in_time(file)
        return data if isinstance(data, Lost) else await asyncio.to_thread(self._keep, file, data)

    async def _fetch_in_time(self, file: SentFile) -> bytes | Lost:
        try:
            async with asyncio.timeout(self._fetch_seconds):
                return await self._fetch(file)
        except TimeoutError:
            raise Unavailable("Telegram gives a file too slowly") from None

    async def _fetch(self, file: SentFile) -> bytes | Lost:
        try:
            found = await self._bot.get_file(file.file_id)
        except BadRequest as error:
            is_heavy = "too big" in str(error).lower()
            log.warning("Telegram does not give a file", kind=file.kind, error=str(error))
            return Lost(file.name, "too_large" if is_heavy else "gone", TELEGRAMS_LIMIT)
        except TelegramError as error:
            raise _away(error) from None
        return await self._download(file, found)

    async def _download(self, file: SentFile, found: File) -> bytes | Lost:
        try:
            return bytes(await found.download_as_bytearray())
        except InvalidToken:  # this is how the library tells 404
            return Lost(file.name, "gone")
        except (TelegramError, RuntimeError) as error:
            raise _away(error) from None

    def _keep(self, file: SentFile, data: bytes) -> KeptFile | Lost:
        try:
            kept = self._intake.take_in(data)
        except FileTooLarge:
            return Lost(file.name, "too_large", self._limit)
        except (FileEmpty, FileKindRefused) as error:
            return Lost(file.name, _reason(error))
        return KeptFile(key=kept.key, media_type=kept.media_type, name=file.name, size=kept.size)


def _away(error: Exception) -> Unavailable:
    """Its own words may hold the address."""
    return Unavailable(f"Telegram does not give a file: {type(error).__name__}")


def _reason(error: ContractError) -> str:
    return "empty" if isinstance(error, FileEmpty) else "kind"
