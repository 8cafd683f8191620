"""The question whether a process is there: RPC method `ping`, answered by whoever consumes.

The services answer it in `chassis.service.rpc`; for a process without nameko a `PingResponder`
does.
"""

from collections.abc import Callable
from typing import Any

from amqp import Channel
from amqp import Message as AmqpMessage

from chassis.broker.thread import BrokerThread
from chassis.rpc.wire import EXCHANGE, answer_body

PING = "ping"
ALIVE = {"status": "ok"}


class PingResponder:
    """Answers `<name>.ping` with `{"status": status()}` from a thread of its own.

    `status` says what the process knows of itself: `ok`, `idle`, ... When it raises, nobody
    answers, which is an answer too.
    """

    def __init__(self, amqp_url: str, name: str, status: Callable[[], str]) -> None:
        self._name = name
        self._status = status
        self._thread = BrokerThread(amqp_url, f"{name}-ping", on_connected=self._consume)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Fall silent."""
        self._thread.close()

    def _consume(self, channel: Channel) -> None:
        queue = f"rpc-{self._name}"
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, auto_delete=True)
        channel.queue_bind(queue, EXCHANGE, f"{self._name}.{PING}")
        channel.basic_consume(queue, no_ack=True, callback=self._answer)

    def _answer(self, message: Any) -> None:
        answer = AmqpMessage(
            answer_body({"status": self._status()}),
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            correlation_id=message.properties.get("correlation_id", ""),
        )
        reply_to = message.properties.get("reply_to", "")
        message.channel.basic_publish(answer, exchange=EXCHANGE, routing_key=reply_to)
