"""Is a silent service there at all? The broker knows who consumes its requests.

A request waits in a queue that outlives its service, so that nobody tells the caller of one that
was sent to a dead service. Its caller would learn it from the deadline only.
"""

from amqp import Connection
from amqp.exceptions import NotFound

BROKER_SECONDS = 1.0
"""A broker that does not answer a question for so long is away."""


def is_absent(connection: Connection, service: str) -> bool:
    """Does nobody consume the service's requests?

    Raises TimeoutError when the broker itself keeps silent, and what amqp raises for a connection
    that breaks: it is of no use any more then.
    """
    with connection.transport.having_timeout(BROKER_SECONDS):
        channel = connection.channel()
        try:
            consumers = int(channel.queue_declare(f"rpc-{service}", passive=True).consumer_count)
        except NotFound:
            consumers = 0
        channel.close()
    return consumers == 0
