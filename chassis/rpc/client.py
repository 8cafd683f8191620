"""Calls nameko services from ordinary threads, with one deadline over everything a call does.

One client a process, shared by all its threads; made before a fork and first used after it. It
imports neither nameko nor eventlet.
"""

import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, time
from typing import Any

from pydantic import BaseModel
from structlog.contextvars import get_contextvars

from chassis.breaker import Breaker
from chassis.deadline import Deadline
from chassis.rpc.publisher import NotSent, TransientPublisher
from chassis.rpc.replies import Call, ReplyListener
from chassis.rpc.wire import DEADLINE_HEADER, REQUEST_ID_HEADER, request_body
from contracts.errors import Unavailable

PATIENCE_SECONDS = 1.0
"""How long the broker may have been away before a call fails without waiting for it."""


class RpcClient:
    """`call` waits for the answer, `call_async` returns a future of it.

    Both raise the service's contract error, or `Unavailable` when no answer came in time: then
    the outcome is unknown and the same command may be sent again.
    """

    def __init__(self, amqp_url: str, name: str) -> None:
        self._publisher = TransientPublisher(amqp_url)
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)
        self._replies = ReplyListener(
            amqp_url,
            name,
            on_answer=lambda service: self._breakers[service].note_answer(),
            on_silence=lambda service: self._breakers[service].note_silence(monotonic()),
        )
        self._senders = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-rpc-sender")
        self._starting = threading.Lock()
        self._is_started = False
        self._is_closed = False

    def start(self, seconds: float) -> bool:
        """Reach for the broker before the first call does, and wait so long for it at most: one
        that is away is not waited for. Was it reached?"""
        self._start_listening()
        return self._replies.meets_the_broker(seconds)

    def call(
        self,
        service: str,
        method: str,
        message: BaseModel | None = None,
        *,
        timeout: float,
        request_id: str | None = None,
    ) -> Any:
        """The method's result as JSON. `timeout` seconds cover connecting, sending and waiting.

        Without a `request_id` the one bound to the logging context goes along.
        """
        body = request_body(message)
        call = self._begin(service, method, timeout)
        self._send(call, body, request_id or _bound_request_id())
        try:
            return call.future.result(timeout=call.deadline.left())
        except TimeoutError:
            self._replies.give_up(call)
            return call.future.result()

    def call_async(
        self,
        service: str,
        method: str,
        message: BaseModel | None = None,
        *,
        timeout: float,
        request_id: str | None = None,
    ) -> "Future[Any]":
        """Like `call`, for an event loop: returns at once, whatever the broker does. Silence
        settles the future up to a second after its time."""
        body = request_body(message)
        call = self._begin(service, method, timeout)
        self._senders.submit(self._send, call, body, request_id or _bound_request_id())
        return call.future

    def close(self) -> None:
        """Let go of the broker; calls in the air fail as Unavailable."""
        with self._starting:
            self._is_closed = True
            if not self._is_started:
                return
        self._replies.close()
        self._publisher.close()
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _begin(self, service: str, method: str, timeout: float) -> Call:
        self._start_listening()
        call = Call(service, method, Deadline.after(timeout))
        self._replies.expect(call)
        return call

    def _start_listening(self) -> None:
        with self._starting:
            if self._is_closed:
                raise Unavailable("this process is ending")
            if not self._is_started:
                self._replies.start()
                self._is_started = True

    def _send(self, call: Call, body: bytes, request_id: str | None) -> None:
        """Publish the request, or settle the call with the reason why not. Never raises."""
        if not self._breakers[call.service].lets_through(monotonic()):
            self._replies.fail(call, Unavailable(f"{call.service} has not answered for a while"))
            return
        reply_to = self._replies.reply_to(call.deadline, PATIENCE_SECONDS)
        if reply_to is None or call.deadline.has_passed():
            self._replies.fail(call, Unavailable("the broker is away"))
            return
        try:
            self._publish(call, body, reply_to, request_id)
        except NotSent as error:
            self._replies.fail(call, Unavailable(f"the request was not sent: {error}"))

    def _publish(self, call: Call, body: bytes, reply_to: str, request_id: str | None) -> None:
        left_ms = int(call.deadline.left() * 1000)
        headers: dict[str, Any] = {DEADLINE_HEADER: int(time() * 1000) + left_ms}
        if request_id is not None:
            headers[REQUEST_ID_HEADER] = request_id
        call.is_sent = True
        self._publisher.publish(
            f"{call.service}.{call.method}",
            body,
            {
                "reply_to": reply_to,
                "correlation_id": call.id,
                "expiration": str(left_ms),
                "application_headers": headers,
            },
            call.deadline,
        )


def _bound_request_id() -> str | None:
    found: str | None = get_contextvars().get("request_id")
    return found
