"""nameko's RPC entrypoint, made to outlive its broker and to speak the errors of contracts.

    @rpc
    def rename(self, command: Rename) -> Receipt[NameView]: ...

The one argument is parsed by its annotation and the result dumped. A `ContractError` reaches the
caller as it is; anything else is logged with its traceback and answered without internals.
Every service also answers the method `ping`, from the consuming loop itself.
"""

import inspect
from contextvars import copy_context
from functools import partial
from time import monotonic, time
from typing import Any, get_type_hints

import nameko.rpc
from nameko.exceptions import MalformedRequest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from structlog import get_logger
from structlog.contextvars import bind_contextvars

from chassis.deadline import Deadline
from chassis.metrics import rpc_meters
from chassis.readiness import Readiness
from chassis.rpc.ping import PING, ping_answer
from chassis.rpc.publisher import NotSent, TransientPublisher
from chassis.rpc.wire import DEADLINE_HEADER, REQUEST_ID_HEADER, answer_body, refusal_body
from chassis.service.queue_consumer import QueueConsumer
from contracts.errors import ContractError, Invalid

REPLY_SECONDS = 2.0

log = get_logger()


class RpcConsumer(nameko.rpc.RpcConsumer):
    """Takes requests from the service's queue and sends the replies, one publisher for all."""

    queue_consumer = QueueConsumer()

    def setup(self) -> None:
        super().setup()
        self._publisher = TransientPublisher(self.container.config["AMQP_URI"])
        self._meters = rpc_meters(self.container.service_name)

    def handle_message(self, body: Any, message: Any) -> None:
        """Answer a ping here; hand anything else whose caller still waits to its entrypoint."""
        message.arrived_at = monotonic()
        bind_contextvars(request_id=message.headers.get(REQUEST_ID_HEADER))
        if _is_too_late(message):
            log.warning("dropped a request nobody waits for", method=_method(message))
            self._meters.count(self._label(message), "expired")
            self.queue_consumer.ack_message(message)
        elif _method(message) == PING:
            readiness: Readiness = self.container.config["readiness"]
            self.handle_result(message, ping_answer(readiness.report()), None)
        else:
            super().handle_message(body, message)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Reply and acknowledge. Never raises: nameko would end the whole process."""
        outcome, body = _encoded(result, exc_info, _method(message))
        self._reply(message, body)
        self.queue_consumer.ack_message(message)
        label, seconds = self._label(message), monotonic() - message.arrived_at
        self._meters.count(label, outcome)
        self._meters.seconds.labels(label).observe(seconds)
        if outcome == "ok" and label != PING:
            log.info("answered", method=label, milliseconds=round(seconds * 1000, 1))
        return result, exc_info

    def _reply(self, message: Any, body: bytes) -> None:
        """Send a reply once. A lost one is the caller's timeout, and a repeat brings it again."""
        reply_to = message.properties.get("reply_to")
        if reply_to is None:
            return
        properties = {"correlation_id": message.properties.get("correlation_id", "")}
        try:
            self._publisher.publish(reply_to, body, properties, Deadline.after(REPLY_SECONDS))
        except NotSent as error:
            log.warning("a reply was lost", method=_method(message), error=str(error))

    def _label(self, message: Any) -> str:
        """The method's name for a metric; one that we do not have must not grow the list."""
        method = _method(message)
        known = {provider.method_name for provider in self._providers} | {PING}
        return method if method in known else "unknown"


class Rpc(nameko.rpc.Rpc):
    """The entrypoint behind `@rpc`."""

    rpc_consumer = RpcConsumer()

    def __init__(self, **options: Any) -> None:
        # What a method raises is logged once, by `_encoded`; nameko's own lines are silenced.
        super().__init__(**{"expected_exceptions": Exception, **options})

    def setup(self) -> None:
        super().setup()
        self._parameter = _parameter_of(getattr(self.container.service_cls, self.method_name))

    def handle_message(self, body: Any, message: Any) -> None:
        """Parse the argument and start a worker that carries this request's logging context."""
        handle_result = partial(self.handle_result, message)
        try:
            worker = self.container.spawn_worker(
                self,
                self._parsed(body),
                {},
                context_data=self.unpack_message_headers(message),
                handle_result=handle_result,
            )
        except nameko.rpc.ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)
            return
        # A new green thread starts with an empty context; this one has not run yet.
        self.container._worker_threads[worker].gr_context = copy_context()

    def _parsed(self, body: Any) -> list[Any]:
        match body:
            case {"args": list(arguments), "kwargs": {}}:
                pass
            case _:
                raise MalformedRequest("the body is not {args, kwargs}")
        self.check_signature(arguments, {})
        if self._parameter is None:
            return arguments
        try:
            return [self._parameter.validate_json(to_json(arguments[0]))]
        except ValidationError as error:
            raise _invalid(error) from error


rpc = Rpc.decorator


def _parameter_of(method: Any) -> TypeAdapter[Any] | None:
    """How to read the method's one argument, or None when it takes none."""
    names = list(inspect.signature(method).parameters)[1:]
    if not names:
        return None
    return TypeAdapter(get_type_hints(method)[names[0]])


def _invalid(error: ValidationError) -> Invalid:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    details = {".".join(map(str, fault["loc"])): fault["msg"] for fault in faults}
    return Invalid("the message cannot be read", details)


def _encoded(result: Any, exc_info: Any, method: str) -> tuple[str, bytes]:
    """The outcome's name and the body that tells it; logs what went wrong."""
    error = exc_info[1] if exc_info else None
    if error is None:
        try:
            return "ok", answer_body(result)
        except Exception as unserializable:  # a bug in the service, to be told like any other
            error = unserializable
    if isinstance(error, ContractError):
        log.warning("refused", method=method, code=error.code, reason=error.message)
        return error.code, refusal_body(error)
    log.error("failed", method=method, exc_info=error)
    return "error", refusal_body(ContractError("the service failed"))


def _is_too_late(message: Any) -> bool:
    due = message.headers.get(DEADLINE_HEADER)
    return isinstance(due, int) and time() * 1000 > due


def _method(message: Any) -> str:
    return str(message.delivery_info["routing_key"]).rpartition(".")[2]
