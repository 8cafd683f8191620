"""Services behind a real broker, played by a few lines: speaks nameko's wire from a thread."""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from amqp import Message as AmqpMessage
from amqp.exceptions import AMQPError
from pydantic_core import from_json

from chassis.broker.address import BrokerAddress
from chassis.rpc.wire import EXCHANGE, REQUEST_ID_HEADER, answer_body, refusal_body
from contracts.errors import ContractError
from contracts.incidents import GetStatus
from contracts.sla import DescribeTickets, ForecastClocks
from contracts.tickets import AddUserMessage, GetAttachment, GetTicket, OpenTicket
from tests.support.gateway import FakeServices

SERVICES = ("tickets", "incidents", "sla", "bot")


ASKED = {
    "tickets.open_ticket": OpenTicket,
    "tickets.get_attachment": GetAttachment,
    "tickets.get_ticket": GetTicket,
    "tickets.add_user_message": AddUserMessage,
    "sla.describe_tickets": DescribeTickets,
    "sla.forecast_clocks": ForecastClocks,
    "incidents.get_status": GetStatus,
}


class Responder:
    """Answers RPCs with `services`; `request_ids` are those that came along. No ticket is opened
    while `may_open` is cleared."""

    def __init__(self, amqp_url: str, services: FakeServices) -> None:
        self.services = services
        self.request_ids: list[str] = []
        self.may_open = threading.Event()
        self.may_open.set()
        self._address = BrokerAddress.parse(amqp_url)
        self._is_ready = threading.Event()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        connection = self._address.connect()
        # A test may take the broker away.
        with suppress(OSError, AMQPError):
            self._consume(connection.channel())
            self._is_ready.set()
            while not self._is_stopping.is_set():
                with suppress(TimeoutError):
                    connection.drain_events(timeout=0.1)
        connection.collect()

    def _consume(self, channel: Any) -> None:
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        for service in SERVICES:
            queue = f"rpc-{service}"
            channel.queue_declare(queue, durable=True, auto_delete=False)
            channel.queue_bind(queue, EXCHANGE, f"{service}.*")
            channel.basic_consume(queue, no_ack=True, callback=self._answer)

    def _answer(self, message: Any) -> None:
        name = message.delivery_info["routing_key"]
        service, _, method = name.partition(".")
        self.request_ids.append(message.headers.get(REQUEST_ID_HEADER))
        if method == "open_ticket":
            self.may_open.wait(10)
        arguments = from_json(message.body)["args"]
        asked = ASKED[name].model_validate(arguments[0]) if arguments else None
        try:
            body = answer_body(self.services.call(service, method, asked, timeout=1))
        except ContractError as error:
            body = refusal_body(error)
        message.channel.basic_publish(
            AmqpMessage(body, correlation_id=message.properties["correlation_id"]),
            exchange=EXCHANGE,
            routing_key=message.properties["reply_to"],
        )
