"""Looking into the broker's queues from outside."""

from typing import Any

from chassis.broker.address import BrokerAddress


def take_all(amqp_url: str, queue: str) -> list[Any]:
    """Take every message out of a queue."""
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        channel = connection.channel()
        found = []
        while (message := channel.basic_get(queue, no_ack=True)) is not None:
            found.append(message)
        return found
    finally:
        connection.close()


def depth(amqp_url: str, queue: str) -> int:
    """How many messages wait in a queue."""
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        return int(connection.channel().queue_declare(queue, passive=True).message_count)
    finally:
        connection.close()


def delete_queue(amqp_url: str, queue: str) -> None:
    """Remove a queue with its messages and bindings."""
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        connection.channel().queue_delete(queue)
    finally:
        connection.close()
