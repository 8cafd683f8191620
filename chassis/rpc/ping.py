"""The question how a process is: RPC method `ping`, answered by whoever consumes.

The services answer it in `chassis.service.rpc`; for a process without nameko a `PingResponder`
does.
"""

from collections.abc import Callable, Mapping
from typing import Any

from amqp import Channel
from amqp import Message as AmqpMessage

from chassis.broker.thread import BrokerThread
from chassis.readiness import Report
from chassis.rpc.wire import EXCHANGE, answer_body

PING = "ping"
NOT_READY = "not_ready"


def ping_answer(report: Report, well: str = "ok") -> dict[str, Any]:
    """`{"status": well}` from a process that is ready, else `not_ready` and the failing checks."""
    if report.is_ready:
        return {"status": well}
    return {"status": NOT_READY, "checks": report.failing}


class PingResponder:
    """Answers `<name>.ping` with what `tell` returns, from a thread of its own.

    Its `status` says how the process is: `ok`, `idle`, `not_ready`, ... When `tell` raises,
    nobody answers, which is an answer too.
    """

    def __init__(self, amqp_url: str, name: str, tell: Callable[[], Mapping[str, Any]]) -> None:
        self._name = name
        self._tell = tell
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
            answer_body(self._tell()),
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            correlation_id=message.properties.get("correlation_id", ""),
        )
        reply_to = message.properties.get("reply_to", "")
        message.channel.basic_publish(answer, exchange=EXCHANGE, routing_key=reply_to)
