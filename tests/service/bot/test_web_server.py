"""The server of the webhook by itself: what it makes of good, bad and endless requests."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus

import pytest

from cli.ports import choose_port
from services.bot.receiving import web_server
from services.bot.receiving.web_server import LARGEST_BODY, LARGEST_HEAD, Head, WebServer

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


class Endpoint:
    """Takes everything at `/`, and notes it."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def refusal(self, head: Head) -> HTTPStatus | None:
        return None if head.path == "/" else HTTPStatus.NOT_FOUND

    async def take(self, body: bytes) -> HTTPStatus:
        self.taken.append(body)
        return HTTPStatus.OK


def plays(script: Script) -> tuple[bytes, list[bytes]]:
    """What a client got to read, and what the endpoint took."""

    async def run() -> tuple[bytes, list[bytes]]:
        endpoint, port = Endpoint(), choose_port()
        server = WebServer(endpoint, "127.0.0.1", port)
        await server.start()
        try:
            async with asyncio.timeout(20):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                told = await script(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            await server.stop()
        return told, endpoint.taken

    return asyncio.run(run())


def sending(sent: bytes) -> tuple[bytes, list[bytes]]:
    """One go, then nothing more; everything that is answered to it."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        with suppress(OSError):  # it may have hung up already
            writer.write(sent)
            writer.write_eof()
            return await reader.read()
        return b""

    return plays(script)


def post(body: bytes = b"x", path: str = "/") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_requests_on_one_connection_are_answered_one_after_another() -> None:
    told, taken = sending(post(b"one") + post(b"two"))

    assert told.count(b"HTTP/1.1 200 OK") == 2
    assert taken == [b"one", b"two"]


def test_a_body_in_chunks_is_read_whole() -> None:
    head = b"POST / HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n"

    told, taken = sending(head + b"3\r\none\r\n4\r\nmore\r\n0\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 200 OK")
    assert taken == [b"onemore"]


LENGTH = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"nonsense\r\n\r\n", b"400", id="nonsense"),
        pytest.param(b"POST / HTTP/1.1\r\n\r\n", b"400", id="no host"),
        pytest.param(LENGTH + b"-1\r\n\r\n", b"400", id="negative length"),
        pytest.param(LENGTH + b"1\r\nContent-Length: 2\r\n\r\nab", b"400", id="two lengths"),
        pytest.param(LENGTH + b"1\r\nX: " + b"y" * LARGEST_HEAD, b"431", id="endless head"),
        pytest.param(LENGTH + b"99999999999\r\n\r\nx", b"413", id="announced too large"),
        pytest.param(post(b"x" * (LARGEST_BODY + 1)), b"413", id="too large"),
        pytest.param(post(path="/elsewhere"), b"404", id="elsewhere"),
    ],
)
def test_what_is_no_good_request_is_refused(sent: bytes, status: bytes) -> None:
    told, taken = sending(sent)

    assert told.startswith(b"HTTP/1.1 " + status)
    assert taken == []


def test_a_body_that_breaks_off_is_not_taken() -> None:
    told, taken = sending(post(b"whole")[:-2])

    assert b"200" not in told
    assert taken == []


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(web_server, "LINGER_SECONDS", 0.1)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(post(b"whole")[:-2])
        return await reader.read()

    told, taken = plays(script)

    assert told == b""
    assert taken == []


def test_whoever_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(web_server, "LINGER_SECONDS", 0.1)

    async def script(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> bytes:
        return await reader.read()

    assert plays(script) == (b"", [])


def test_there_are_so_many_connections_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "CONNECTIONS", 0)

    told, taken = sending(post())

    assert told == b""
    assert taken == []
