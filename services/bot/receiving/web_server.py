"""A small HTTP/1.1 server for one endpoint, in the bot's own loop. h11 reads and writes the
protocol; what is asked is judged before a body is read, and everything has a limit."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import h11
from structlog import get_logger

LARGEST_HEAD = 16 * 1024
LARGEST_BODY = 1024 * 1024
HEAD_SECONDS = 60.0
"""From one request to the next on a connection."""
BODY_SECONDS = 10.0
LINGER_SECONDS = 1.0
CONNECTIONS = 256
PART = 64 * 1024

log = get_logger()


@dataclass(frozen=True)
class Head:
    """What a request says before its body. Names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, bytes]


class Endpoint(Protocol):
    """What the server serves. Statuses are HTTP's."""

    def refusal(self, head: Head) -> HTTPStatus | None:
        """Why its body is not even read; None when it is."""

    async def take(self, body: bytes) -> HTTPStatus:
        """What became of it."""


class WebServer:
    """Listens from `start` on until `stop`."""

    def __init__(self, endpoint: Endpoint, host: str, port: int) -> None:
        self._endpoint = endpoint
        self._host = host
        self._port = port
        self._talks: dict[asyncio.Task[None], _Line] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Raises OSError when the address is not to be had."""
        self._server = await asyncio.start_server(self._accept, self._host, self._port)

    async def stop(self) -> None:
        """Listen no longer, and end what is going on."""
        if self._server is not None:
            self._server.close()
        for talk, line in list(self._talks.items()):
            talk.cancel()
            line.hang_up()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) >= CONNECTIONS:
            writer.close()
            return
        line = _Line(reader, writer)
        talk = asyncio.create_task(self._talk(line))
        self._talks[talk] = line
        talk.add_done_callback(self._talks.pop)

    async def _talk(self, line: "_Line") -> None:
        try:
            while await self._answer_one(line):
                line.start_next()
        except (h11.RemoteProtocolError, h11.LocalProtocolError) as error:
            log.info("a web request was not understood", error=str(error))
        except (TimeoutError, OSError):
            pass
        except Exception:
            log.exception("a web request could not be answered")
        finally:
            await line.close()

    async def _answer_one(self, line: "_Line") -> bool:
        """Whether the connection goes on."""
        async with asyncio.timeout(HEAD_SECONDS):
            head = await line.head()
        if head is None:
            return False
        status = self._endpoint.refusal(head) or await self._take(line, head)
        await line.answer(status)
        return line.goes_on

    async def _take(self, line: "_Line", head: Head) -> HTTPStatus:
        async with asyncio.timeout(BODY_SECONDS):
            body = await line.body(head)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return await self._endpoint.take(body)


class _Line:
    """One connection, its bytes as h11's events."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._wire = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)

    @property
    def goes_on(self) -> bool:
        return self._wire.our_state is h11.DONE and self._wire.their_state is h11.DONE

    def start_next(self) -> None:
        self._wire.start_next_cycle()

    async def head(self) -> Head | None:
        """The next request; None when there is none any more."""
        try:
            event = await self._next()
        except h11.RemoteProtocolError as error:
            with suppress(h11.LocalProtocolError):
                await self.answer(HTTPStatus(error.error_status_hint))
            raise
        if not isinstance(event, h11.Request):
            return None
        headers = {name.decode("ascii"): value for name, value in event.headers}
        return Head(event.method.decode("ascii"), event.target.decode("latin-1"), headers)

    async def body(self, head: Head) -> bytes | None:
        """All of it, or None when it is too large."""
        if int(head.headers.get("content-length", b"0")) > LARGEST_BODY:
            return None
        if self._wire.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        body = bytearray()
        while isinstance(event := await self._next(), h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                return None
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError("the body broke off")
        return bytes(body)

    async def answer(self, status: HTTPStatus) -> None:
        """A status alone; the last one when the body was not read."""
        is_read = self._wire.their_state is h11.DONE
        headers = [("Content-Length", "0")] + ([] if is_read else [("Connection", "close")])
        reason = status.phrase.encode("ascii")
        await self._send(h11.Response(status_code=status, headers=headers, reason=reason))
        await self._send(h11.EndOfMessage())

    async def close(self) -> None:
        """Read on for a moment: whoever still sends would lose the answer with the connection."""
        with suppress(OSError, TimeoutError, RuntimeError):
            if self._wire.their_state is not h11.DONE and self._writer.can_write_eof():
                self._writer.write_eof()
                async with asyncio.timeout(LINGER_SECONDS):
                    while await self._reader.read(PART):
                        pass
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def hang_up(self) -> None:
        self._writer.transport.abort()

    async def _next(self) -> object:
        while (event := self._wire.next_event()) is h11.NEED_DATA:
            self._wire.receive_data(await self._reader.read(PART))
        return event

    async def _send(self, event: h11.Event) -> None:
        if sent := self._wire.send(event):
            self._writer.write(sent)
            await self._writer.drain()
