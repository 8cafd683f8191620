"""The listening half of the RPC client: one reply queue, and the calls in the air.

The queue lives and dies with its connection. When that breaks, the answers on their way to it are
lost, so the calls that wait for them fail at once. A call that has waited for long is looked into:
when nobody consumes the service's requests, or the broker itself does not answer, its deadline is
not waited for.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import uuid4

from amqp import Channel

from chassis.broker.thread import BrokerThread
from chassis.deadline import Deadline
from chassis.rpc.roll_call import is_absent
from chassis.rpc.wire import EXCHANGE, read_answer
from contracts.errors import ContractError, Unavailable

LONG_SECONDS = 1.75
"""After so long without an answer we ask whether there is anybody to give one."""


@dataclass
class Call:
    """One request in the air. Whoever takes it out of the calls settles its future."""

    service: str
    method: str
    deadline: Deadline
    id: str = field(default_factory=lambda: str(uuid4()))
    future: "Future[Any]" = field(default_factory=Future)
    is_sent: bool = False
    began: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        # From here on the future cannot be cancelled under the hands of whoever settles it.
        self.future.set_running_or_notify_cancel()


class ReplyListener:
    """Matches answers with calls, and fails the calls whose answer can no longer come."""

    def __init__(
        self,
        amqp_url: str,
        name: str,
        *,
        on_answer: Callable[[str], None],
        on_silence: Callable[[str], None],
    ) -> None:
        self._name = name
        self._on_answer = on_answer
        self._on_silence = on_silence
        self._calls: dict[str, Call] = {}
        self._reply_to = ""
        self._is_listening = threading.Event()
        self._has_tried = threading.Event()
        self._away_since = monotonic()
        self._thread = BrokerThread(
            amqp_url,
            f"{name}-rpc-replies",
            on_connected=self._consume,
            on_lost=self._fail_all_sent,
            on_tick=self._look_after_calls,
            is_pressed=lambda: bool(self._calls),
        )
        self._channel: Channel | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._away_since = monotonic()
        self._thread.start()

    def close(self) -> None:
        """Stop listening; the calls in the air fail."""
        self._thread.close()
        for call in list(self._calls.values()):
            self.fail(call, Unavailable("this process is ending"))

    def reply_to(self, deadline: Deadline, patience: float) -> str | None:
        """The routing key of the reply queue; None when the broker has been away too long."""
        still = max(0.0, self._away_since + patience - monotonic())
        if self._is_listening.wait(timeout=deadline.left(at_most=still)):
            return self._reply_to
        return None

    def meets_the_broker(self, seconds: float) -> bool:
        """Wait until the first attempt to reach the broker has ended; has it succeeded?"""
        self._has_tried.wait(seconds)
        return self._is_listening.is_set()

    def expect(self, call: Call) -> None:
        """Remember a call until it is taken."""
        self._calls[call.id] = call

    def fail(self, call: Call, error: ContractError) -> None:
        """Settle a call that cannot succeed, unless it has been settled meanwhile."""
        if self._calls.pop(call.id, None) is not None:
            call.future.set_exception(error)

    def give_up(self, call: Call) -> None:
        """Settle a call whose deadline has passed, unless it has been settled meanwhile."""
        if self._calls.pop(call.id, None) is not None:
            if call.is_sent:
                self._on_silence(call.service)
            reason = f"no answer from {call.service}.{call.method} in time"
            call.future.set_exception(Unavailable(reason))

    def _consume(self, channel: Channel) -> None:
        self._channel = channel
        reply_to = str(uuid4())
        queue = f"rpc.reply-{self._name}-{reply_to}"
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, EXCHANGE, reply_to)
        channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
        self._reply_to = reply_to
        self._is_listening.set()
        self._has_tried.set()

    def _on_reply(self, message: Any) -> None:
        call = self._calls.pop(message.properties.get("correlation_id"), None)
        if call is None:
            return  # late: nobody waits for it
        self._on_answer(call.service)
        try:
            result = read_answer(message.body)
        except ContractError as error:
            call.future.set_exception(error)
        except Exception as error:  # a stranger's answer must not end the listening
            call.future.set_exception(ContractError(f"unreadable answer: {error}"))
        else:
            call.future.set_result(result)

    def _look_after_calls(self) -> None:
        """Give up those whose deadline has passed, and look into those that wait for long. Called
        after every attempt to connect as well."""
        self._has_tried.set()
        for call in list(self._calls.values()):
            if call.deadline.has_passed():
                self.give_up(call)
        if self._channel is not None:
            for service in {call.service for call in self._long_ones()}:
                if is_absent(self._channel.connection, service):
                    self._fail_unheard(service)

    def _long_ones(self) -> list[Call]:
        before = monotonic() - LONG_SECONDS
        return [
            call for call in self._calls.copy().values() if call.is_sent and call.began < before
        ]

    def _fail_unheard(self, service: str) -> None:
        for call in self._long_ones():
            if call.service == service:
                self._on_silence(service)
                self.fail(call, Unavailable(f"nobody takes requests for {service}"))

    def _fail_all_sent(self) -> None:
        self._is_listening.clear()
        self._channel = None
        self._away_since = monotonic()
        for call in list(self._calls.values()):
            if call.is_sent:
                self.fail(call, Unavailable("the broker went away before the answer came"))
