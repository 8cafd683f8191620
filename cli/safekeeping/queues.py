"""The broker of a desk: what waits in it belongs to the databases it was written from."""

import json
import shutil
import warnings
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

from amqp import Connection
from amqp.exceptions import AMQPError, NotFound

from chassis.broker.address import BrokerAddress
from chassis.broker.topology import Subscription, topology_of
from chassis.declare import subscriptions_of
from chassis.events.dead_letters import count_dead
from cli.broker import is_reachable
from cli.desk import DATABASES, Desk
from cli.ports import LOOPBACK
from cli.trouble import Trouble


class Queues(Protocol):
    """Where a desk's messages wait, when nobody works on them."""

    def empty(self) -> str:
        """Throw all of them away; a sentence about it. Raises Trouble."""


class NoQueues:
    """No broker is known here."""

    def empty(self) -> str:
        return "No broker is known here, so no queue was emptied."


class OwnFiles:
    """The private broker's, while it does not run."""

    def __init__(self, directory: Path) -> None:
        self._data = directory / "mnesia"

    def empty(self) -> str:
        shutil.rmtree(self._data, ignore_errors=True)
        return "The private broker begins anew."


class OverTheWire:
    """A running broker's. Whatever else lives in it is left alone."""

    def __init__(self, amqp_url: str) -> None:
        self._address = BrokerAddress.parse(amqp_url)

    def empty(self) -> str:
        # The ladder comes first: what returns from it in the meantime is found in its queue.
        ours = topology_of(all_subscriptions())
        try:
            with closing(self._address.connect()) as connection:
                waiting = sum(_purge(connection, queue.name) for queue in ours.queues)
                parked = _purge(connection, ours.last.name)
        except (OSError, AMQPError) as fault:
            raise Trouble(
                f"The databases are restored, but the queues could not be emptied ({fault}): "
                "start the broker and restore once more before you start the desk."
            ) from None
        return f"Emptied the queues of {waiting} waiting and {parked} parked messages."


def queues_of(desk: Desk, environment: Mapping[str, str]) -> Queues:
    """Those of a desk that is down. Raises Trouble when they cannot be reached."""
    amqp_url = environment.get("AMQP_URL")
    is_private = _is_private(desk, amqp_url)
    if amqp_url is not None and is_reachable(amqp_url):
        return OverTheWire(amqp_url)
    if is_private:
        return OwnFiles(desk.broker)
    if amqp_url is not None:
        raise Trouble(
            "The broker at AMQP_URL does not answer, and what waits in it must be thrown away: "
            "start it, or correct AMQP_URL."
        )
    return NoQueues()


def count_parked(environment: Mapping[str, str]) -> int | None:
    """How many messages are parked; None when the broker cannot be asked."""
    amqp_url = environment.get("AMQP_URL")
    if amqp_url is None:
        return None
    try:
        return count_dead(amqp_url)
    except (OSError, AMQPError):
        return None


def all_subscriptions() -> list[Subscription]:
    """Every handler of every process with a database."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet")  # ADR 0002
    return [each for process in DATABASES for each in subscriptions_of(process)]


def _is_private(desk: Desk, amqp_url: str | None) -> bool:
    """Is it the node that `up` runs on this data directory?"""
    ports = desk.broker / "ports.json"
    if not ports.exists():
        return False
    here = f"@{LOOPBACK}:{json.loads(ports.read_text())['amqp']}//"
    return amqp_url is None or amqp_url.endswith(here)


def _purge(connection: Connection, queue: str) -> int:
    """Empty a queue; one that was never declared (which also ends the channel) has nothing."""
    try:
        return int(connection.channel().queue_purge(queue))
    except NotFound:
        return 0
