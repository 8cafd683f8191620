"""What stands on the broker is frozen: the version before wrote into these queues, and may still.

RabbitMQ refuses to declare a queue again with other arguments, and a message in a queue that
nobody reads any more is lost. `topology.json` may grow; nothing in it is changed or removed.
"""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from nameko.containers import ServiceContainer

from chassis.broker.topology import topology_of
from chassis.declare import subscriptions_of
from chassis.rpc.ping import PingResponder
from chassis.rpc.replies import ReplyListener
from chassis.service.rpc import RpcConsumer
from cli.desk import DATABASES, SERVICES

SNAPSHOT = Path(__file__).parent / "topology.json"
SECTIONS = ("exchanges", "queues", "bindings")
Section = dict[str, Any]


class Notebook:
    """A channel that writes down what it is told to declare."""

    def __init__(self) -> None:
        self.queues: Section = {}
        self.bindings: Section = {}
        self.exchanges: Section = {}

    def exchange_declare(self, name: str, kind: str, **how: Any) -> None:
        self.exchanges[name] = {"kind": kind, "durable": how["durable"]}

    def queue_declare(self, name: str, **how: Any) -> None:
        self.queues[name] = _shape(**how)

    def queue_bind(self, queue: str, exchange: str, routing_key: str) -> None:
        self.bindings[f"{exchange} -> {queue}"] = routing_key

    def basic_consume(self, *_: Any, **__: Any) -> None:
        return None


def _shape(
    *,
    durable: bool = False,
    auto_delete: bool = True,
    exclusive: bool = False,
    arguments: dict[str, Any] | None = None,
) -> Section:
    """A queue as the broker is told of it; left out means what py-amqp says then."""
    flags = {"durable": durable, "auto_delete": auto_delete, "exclusive": exclusive}
    return {**flags, "arguments": arguments or {}}


def today() -> dict[str, Section]:
    """All that the processes of this version declare."""
    notebook = Notebook()
    for listen in (_events, _requests, _pings, _replies):
        listen(notebook)
    return {name: getattr(notebook, name) for name in SECTIONS}


def _events(notebook: Notebook) -> None:
    topology = topology_of(one for process in DATABASES for one in subscriptions_of(process))
    for exchange in topology.exchanges:
        notebook.exchange_declare(exchange.name, exchange.kind, durable=True)
    for queue in (*topology.queues, topology.last):
        notebook.queue_declare(
            queue.name, durable=True, auto_delete=False, arguments=queue.arguments
        )
    for binding in topology.bindings:
        notebook.queue_bind(binding.queue, binding.exchange, binding.routing_key)


def _requests(notebook: Notebook) -> None:
    """nameko's own queues, one a service."""
    for process in SERVICES:
        queue = _request_queue(process)
        notebook.exchange_declare(queue.exchange.name, queue.exchange.type, durable=True)
        notebook.queue_declare(
            queue.name,
            durable=queue.durable,
            auto_delete=queue.auto_delete,
            arguments=queue.queue_arguments,
        )
        notebook.queue_bind(queue.name, queue.exchange.name, queue.routing_key)


def _request_queue(process: str) -> Any:
    module = importlib.import_module(f"services.{process}.service")
    service = next(one for one in vars(module).values() if getattr(one, "name", "") == process)
    container = ServiceContainer(service, {"AMQP_URI": "amqp://nowhere"})
    consumer = next(one for one in container.extensions if isinstance(one, RpcConsumer))
    consumer.setup()
    return consumer.queue


def _pings(notebook: Notebook) -> None:
    PingResponder("amqp://nowhere", "bot", lambda: "ok")._consume(notebook)


def _replies(notebook: Notebook) -> None:
    """One queue a connection, named by a fresh id."""
    for name in ("bot", "gateway"):
        listener = ReplyListener(
            "amqp://nowhere", name, on_answer=lambda _: None, on_silence=lambda _: None
        )
        own = Notebook()
        listener._consume(own)
        fresh_id = listener._reply_to
        notebook.queues |= {key.replace(fresh_id, "<id>"): one for key, one in own.queues.items()}
        for binding, key in own.bindings.items():
            notebook.bindings[binding.replace(fresh_id, "<id>")] = key.replace(fresh_id, "<id>")


@pytest.fixture(scope="module")
def frozen() -> dict[str, Section]:
    kept: dict[str, Section] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="module")
def declared() -> dict[str, Section]:
    return today()


@pytest.mark.parametrize("section", SECTIONS)
def test_nothing_that_stood_on_the_broker_is_changed_or_gone(
    section: str, frozen: dict[str, Section], declared: dict[str, Section]
) -> None:
    otherwise = {
        name: declared[section].get(name, "no longer declared")
        for name, shape in frozen[section].items()
        if declared[section].get(name) != shape
    }

    assert otherwise == {}, (
        f"These {section} were frozen otherwise. Do not edit {SNAPSHOT.name}: give what is new a "
        "new name, and keep the old one declared and heard until nobody writes to it any more "
        "(CONTRIBUTING.md, A queue)."
    )


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_new_is_frozen_from_now_on(
    section: str, frozen: dict[str, Section], declared: dict[str, Section]
) -> None:
    new = {name: one for name, one in declared[section].items() if name not in frozen[section]}

    assert new == {}, f"Add to {section!r} in {SNAPSHOT.name}: {json.dumps(new, indent=2)}"
