"""A wire between a process and a server on this machine, that a test can cut, clog or stretch.

    with Wire(to_port=5672) as wire:
        process.start(AMQP_URL=wire.instead_of(amqp_url))
        wire.swallow()
        ...
        wire.heal()

What goes through it is bytes: it knows neither AMQP nor PostgreSQL.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
CHUNK = 65_536
RESET_AT_CLOSE = struct.pack("ii", 1, 0)

Result = TypeVar("Result")


@dataclass(eq=False)
class _Link:
    """One connection: the caller's end and the server's. `has_lost` bytes: it is dead for ever,
    and neither end is told, as behind a firewall that has forgotten it."""

    caller: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    has_lost: bool = False

    def reset(self) -> None:
        """End both ends with a TCP reset."""
        for end in (self.caller, self.server):
            if end is not None:
                wire_end: socket.socket = end.get_extra_info("socket")
                with suppress(OSError):
                    wire_end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
                end.transport.abort()


class Wire:
    """Listens on a port of its own and carries every connection on to `to_port`."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._links: set[_Link] = set()
        self._is_swallowing = False
        self._is_refusing = False
        self._delay_seconds = 0.0
        self._bytes_to_come: int | None = None
        self._healed = asyncio.Event()
        self.swallowed = 0
        """Bytes that were lost."""
        self.kept_back = 0
        """Bytes that wait until healed."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)

    def instead_of(self, url: str) -> str:
        """The same address, through this wire."""
        return url.replace(f":{urlsplit(url).port}", f":{self.port}", 1)

    def cut(self) -> None:
        """Reset every connection there is. New ones go through."""
        self._on_the_loop(self._reset_all)

    def sever(self) -> None:
        """Reset every connection there is, and each new one at once, until healed."""
        self._is_refusing = True
        self.cut()

    def swallow(self) -> None:
        """From now until healed accept connections and bytes, and let nothing arrive anywhere."""
        self._is_swallowing = True

    def delay(self, seconds: float) -> None:
        """Let everything take so long, each way, until healed."""
        self._delay_seconds = seconds

    def break_off(self, after_bytes: int) -> None:
        """Let so many more bytes of the server through, and keep the rest back until healed."""
        self._bytes_to_come = after_bytes

    def heal(self) -> None:
        """Carry everything again. A connection that has lost bytes stays dead, without a word."""
        self._is_refusing = self._is_swallowing = False
        self._delay_seconds = 0.0
        self._bytes_to_come = None
        self._loop.call_soon_threadsafe(self._healed.set)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._await(lambda: asyncio.start_server(self._carry, LOOPBACK, 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._await(self._end)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._reset_all()
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=5)

    def _reset_all(self) -> None:
        for link in list(self._links):
            link.reset()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writer, has_lost=self._is_swallowing)
        self._links.add(link)
        try:
            if self._is_refusing:
                return
            if link.has_lost:
                await self._swallow_from(reader)
                return
            from_server, link.server = await asyncio.open_connection(LOOPBACK, self._to_port)
            await asyncio.gather(
                self._pump(link, reader, link.server), self._pump(link, from_server, writer)
            )
        except (OSError, RuntimeError):  # one end has gone; a wire has no opinion
            pass
        finally:
            link.reset()
            self._links.discard(link)

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(CHUNK):
            if self._delay_seconds:
                await asyncio.sleep(self._delay_seconds)
            link.has_lost = link.has_lost or self._is_swallowing
            if link.has_lost:
                self.swallowed += len(data)
            else:
                if self._bytes_to_come is not None and writer is link.caller:
                    data = await self._break_off(data, writer)
                writer.write(data)
                await writer.drain()
        link.has_lost = link.has_lost or self._is_swallowing
        if not link.has_lost:
            writer.write_eof()

    async def _break_off(self, data: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Write what may still come; return the rest once healed."""
        let_through = self._bytes_to_come or 0
        writer.write(data[:let_through])
        rest = data[let_through:]
        self._bytes_to_come = max(0, let_through - len(data))
        if rest:
            self._healed.clear()
            self.kept_back += len(rest)
            await self._healed.wait()
            self.kept_back -= len(rest)
        return rest

    async def _swallow_from(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(CHUNK):
            self.swallowed += len(data)

    def _on_the_loop(self, act: Callable[[], None]) -> None:
        async def done() -> None:
            act()

        self._await(done)

    def _await(self, act: Callable[[], Awaitable[Result]]) -> Result:
        async def awaited() -> Result:
            return await act()

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(10)
