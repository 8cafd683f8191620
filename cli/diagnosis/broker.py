"""The broker: there, with room for messages, its queues declared, and nothing parked in it."""

import warnings
from collections.abc import Mapping
from contextlib import closing

from amqp import Connection
from amqp.exceptions import AMQPError, NotFound

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed
from chassis.broker.topology import DEAD
from chassis.declare import subscriptions_of
from cli.broker import find_server
from cli.desk import DATABASES, Desk
from cli.diagnosis.finding import Finding, bad, well

TAKING_IN_SECONDS = 3.0


def examine(desk: Desk, environment: Mapping[str, str]) -> list[Finding]:
    """All that a connection can tell."""
    address = environment.get("AMQP_URL")
    if address is None:
        return [_installed()]
    try:
        connection = BrokerAddress.parse(address).connect()
    except (OSError, AMQPError) as fault:
        return [_away(fault, is_ours=desk.noted().get("AMQP_URL") == address)]
    with connection:
        product = connection.server_properties
        return [
            well(f"{product.get('product')} {product.get('version')} answers."),
            _taking_in(address),
            _queues(connection),
            _parked(connection),
        ]


def _installed() -> Finding:
    if find_server() is None:
        return bad(
            "RabbitMQ is not installed.", "apt-get install rabbitmq-server, or set AMQP_URL."
        )
    return well("RabbitMQ is installed; ./support up starts a private one.")


def _away(fault: Exception, *, is_ours: bool) -> Finding:
    mend = "./support up starts it." if is_ours else "Start it, or correct AMQP_URL."
    return bad(f"The broker does not answer: {fault}", mend)


def _taking_in(address: str) -> Finding:
    """A broker under an alarm answers every question, takes the first message of a connection and
    reads no more from it. These are for nobody."""
    letter = Letter("support.doctor", b"", "doctor", mandatory=False)
    with closing(ConfirmingPublisher(address, seconds=TAKING_IN_SECONDS)) as publisher:
        try:
            for _ in range(2):
                publisher.publish(letter)
        except PublishFailed as fault:
            return bad(
                f"The broker takes no messages in: {fault}.",
                "rabbitmq-diagnostics alarms says whether it lacks memory or disk: make room.",
            )
    return well("It takes messages in.")


def _queues(connection: Connection) -> Finding:
    warnings.filterwarnings("ignore", message=r"\s*Eventlet")  # ADR 0002
    wanted = [
        DEAD,
        *(each.queue for name in DATABASES for each in subscriptions_of(name)),
    ]
    missing = [queue for queue in wanted if _count(connection, queue) is None]
    if missing:
        return bad(f"Queues are missing: {', '.join(missing)}.", "./support migrate")
    return well(f"All {len(wanted)} queues are declared.")


def _parked(connection: Connection) -> Finding:
    if count := _count(connection, DEAD):
        return bad(
            f"{count} messages are parked, because their handlers failed.",
            "./support dead list shows them; replay or drop them.",
        )
    return well("No message is parked.")


def _count(connection: Connection, queue: str) -> int | None:
    """Messages in a queue; None when there is no such queue (which also ends the channel)."""
    channel = connection.channel()
    try:
        return int(channel.queue_declare(queue, passive=True).message_count)
    except NotFound:
        return None
