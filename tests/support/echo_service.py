"""A service of no domain, launched as a process by the tests of the chassis."""

import eventlet
from structlog import get_logger
from structlog.contextvars import get_contextvars

from chassis.service.loop import Loop
from chassis.service.rpc import rpc
from contracts.errors import TicketNotFound
from tests.support.echo_messages import Nap, Words

log = get_logger()


class Ticking(Loop):
    """Fails at every second run, which must trouble nobody."""

    interval = 0.05
    runs = 0

    def run_once(self) -> None:
        self.runs += 1
        if self.runs == 2:
            raise RuntimeError("the second run always fails")


class EchoService:
    name = "echo"

    ticking = Ticking()
    naps_taken = 0

    @rpc
    def echo(self, words: Words) -> Words:
        return words

    @rpc
    def split(self, words: Words) -> list[Words]:
        return [Words(text=word) for word in words.text.split()]

    @rpc
    def nothing(self) -> None:
        return None

    @rpc
    def refuse(self, words: Words) -> Words:
        raise TicketNotFound("no such ticket", {"id": words.text})

    @rpc
    def stumble(self, words: Words) -> Words:
        raise RuntimeError(f"secret internals: {words.text}")

    @rpc
    def nap(self, nap: Nap) -> Words:
        log.info("napping")
        eventlet.sleep(nap.seconds)
        EchoService.naps_taken += 1
        return Words(text="slept")

    @rpc
    def naps(self) -> int:
        return EchoService.naps_taken

    @rpc
    def request_id(self) -> str | None:
        log.info("asked for the request id")
        found: str | None = get_contextvars().get("request_id")
        return found

    @rpc
    def ticks(self) -> int:
        runs: int = self.ticking.runs
        return runs

    @rpc
    def block_the_hub(self, nap: Nap) -> None:
        eventlet.patcher.original("time").sleep(nap.seconds)


class PartingService(EchoService):
    """The same under a name of its own, for a test that ends it."""

    name = "parting"
