"""Where the broker is, and how to open a connection to it that cannot hang."""

from dataclasses import dataclass
from typing import Any

from amqp import Connection
from kombu.utils.url import parse_url

CONNECT_SECONDS = 2.0
SOCKET_SECONDS = 5.0


@dataclass(frozen=True)
class BrokerAddress:
    """The parts of an `amqp://` or `amqps://` URL."""

    host: str
    user: str
    password: str
    vhost: str
    is_tls: bool

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        """Take a URL apart; what it leaves out is RabbitMQ's default."""
        parts = parse_url(url)
        is_tls = parts["transport"] == "amqps"
        port = parts["port"] or (5671 if is_tls else 5672)
        return cls(
            host=f"{parts['hostname'] or '127.0.0.1'}:{port}",
            user=parts["userid"] or "guest",
            password=parts["password"] or "guest",
            vhost=parts["virtual_host"] or "/",
            is_tls=is_tls,
        )

    def connect(self, **options: Any) -> Connection:
        """Open a connection whose every wait for the socket is bounded in seconds."""
        connection = Connection(
            host=self.host,
            userid=self.user,
            password=self.password,
            virtual_host=self.vhost,
            ssl=self.is_tls,
            login_method="PLAIN",
            **{
                "connect_timeout": CONNECT_SECONDS,
                "read_timeout": SOCKET_SECONDS,
                "write_timeout": SOCKET_SECONDS,
                **options,
            },
        )
        connection.connect()
        # The broker has been told that we understand its alarms. Were this left so, amqp would look
        # for one before each publish, and spin without an end when a frame has come by half.
        connection.client_properties["capabilities"]["connection.blocked"] = False
        # The timeouts above are the kernel's, and green threads do not feel them.
        connection.sock.settimeout(SOCKET_SECONDS)
        return connection
