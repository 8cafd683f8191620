"""A private RabbitMQ node: its own data, ports, cookie and password, reachable from here only."""

import json
import os
import secrets
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import kombu

from cli.packages import find_program, require_program
from cli.ports import LOOPBACK, remembered_ports
from cli.processes import end, ending_with_us, wait_until
from cli.trouble import Trouble
from cli.whole_files import write_whole

START_SECONDS = 90.0
_PORTS = "ports.json"
# Erlang's schedulers spin for a while before they sleep, which on a small machine takes the
# processor from those who talk to the broker. Those for files spin a little all the same: a start
# hands them thousands of files one after another, and takes twice as long when each must wake them.
_ERLANG = (
    "-kernel inet_dist_use_interface {127,0,0,1} "
    "+sbwt none +sbwtdcpu very_short +sbwtdio very_short"
)
# Asked for its feature flags, a node loads every module that it has, 900, one by one. All at once
# they take 2 s of a processor instead of 3.6. What cannot be loaded so is loaded as ever.
_LOAD_ALL = """\
Load = fun Load(Application) ->
    case application:load(Application) of
        ok ->
            {ok, Needed} = application:get_key(Application, applications),
            lists:foreach(Load, Needed);
        _ ->
            loaded
    end
end,
Load(rabbit),
code:ensure_modules_loaded(
    [Module || {Application, _, _} <- application:loaded_applications(),
               {ok, Modules} <- [application:get_key(Application, modules)],
               Module <- Modules]).
"""
_LOADING = "load_all"
# In its home. Without a blank or a quote, whatever the path has.
_LOAD_BEFORE = f"{{ok,[[Home]]}}=init:get_argument(home),file:eval(filename:join(Home,{_LOADING}))."
_NEW_VHOST = (
    'ok = rabbit_vhost:add(<<"{0}">>, <<"support">>), '
    "ok = rabbit_auth_backend_internal:set_permissions("
    '<<"support">>, <<"{0}">>, <<".*">>, <<".*">>, <<".*">>, <<"support">>)'
)
_END_OF_VHOST = 'ok = rabbit_vhost:delete(<<"{0}">>, <<"support">>)'
_NODE = f"support@{LOOPBACK}"
_PASSWORD = "password"  # noqa: S105 - the name of a file

# The wrapper in /usr/sbin drops to the rabbitmq user; this one runs as whoever starts it.
_SERVER = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server")
_EPMD = ("epmd", "/usr/lib/erlang/erts-*/bin/epmd")
_CALL = ("erl_call", "/usr/lib/erlang/erts-*/bin/erl_call")


def find_server() -> Path | None:
    """The RabbitMQ start script, if it is installed."""
    return find_program(*_SERVER)


def is_reachable(amqp_url: str) -> bool:
    """Does a broker answer there and let us in?"""
    return broker_fault(amqp_url) is None


def broker_fault(amqp_url: str) -> str | None:
    """Why the broker cannot be used, or None when it can."""
    try:
        with kombu.Connection(amqp_url, connect_timeout=3) as connection:
            # `connect` would sleep two seconds before it gives up.
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    except Exception as fault:  # py-amqp raises socket, SSL and protocol errors alike
        return str(fault) or type(fault).__name__
    return None


class BrokerNode:
    """Where a private node lives and how it is started, by us or by a supervisor."""

    def __init__(self, directory: Path, ports: dict[str, int]) -> None:
        self.directory = directory.resolve()
        self.ports = ports
        self.server = require_program("rabbitmq-server", *_SERVER)

    @classmethod
    def prepared(cls, directory: Path) -> Self:
        """A node ready to be started there. The node of an earlier run must be gone."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        node = cls(directory, remembered_ports(directory / _PORTS, ["amqp", "dist", "epmd"]))
        node._make_password()
        node._write_configuration()
        return node

    @classmethod
    def running(cls, directory: Path) -> Self:
        """The node that runs there already."""
        return cls(directory, json.loads((directory / _PORTS).read_text()))

    @property
    def amqp_url(self) -> str:
        """Where clients reach it, password included."""
        return f"amqp://support:{self._password()}@{LOOPBACK}:{self.ports['amqp']}//"

    @property
    def command(self) -> list[str]:
        """The node in the foreground."""
        return [str(self.server)]

    @property
    def epmd_command(self) -> list[str]:
        """Erlang's name daemon in the foreground. A node would start one that outlives it."""
        epmd = require_program("erlang-base", *_EPMD)
        return [str(epmd), "-port", str(self.ports["epmd"]), "-address", LOOPBACK]

    @property
    def server_environment(self) -> dict[str, str]:
        """What the node needs."""
        return self.environment | {"ERL_AFLAGS": f"-eval {_LOAD_BEFORE}"}

    @property
    def environment(self) -> dict[str, str]:
        """What the name daemon needs; it also lets `rabbitmqctl` and `erl_call` find the node."""
        here = self.directory
        return {
            "HOME": str(here),
            "RUNNING_UNDER_SYSTEMD": "1",  # the start script then execs: the pid is the node's
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_USE_LONGNAME": "true",  # an address needs no name lookup
            "RABBITMQ_DIST_PORT": str(self.ports["dist"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
            "RABBITMQ_MNESIA_BASE": str(here / "mnesia"),
            "RABBITMQ_LOG_BASE": str(here / "log"),
            "RABBITMQ_PID_FILE": str(here / "node.pid"),
            "RABBITMQ_CONFIG_FILE": str(here / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(here / "conf.d"),
            "RABBITMQ_CONF_ENV_FILE": str(here / "rabbitmq-env.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(here / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(here / "enabled_plugins"),
        }

    def _make_password(self) -> None:
        file = self.directory / _PASSWORD
        if not file.exists():
            write_whole(file, secrets.token_urlsafe(24))

    def _password(self) -> str:
        return (self.directory / _PASSWORD).read_text().strip()

    def _write_configuration(self) -> None:
        (self.directory / "enabled_plugins").write_text("[].\n")
        (self.directory / _LOADING).write_text(_LOAD_ALL)
        configuration = self.directory / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"listeners.tcp.local = {LOOPBACK}:{self.ports['amqp']}\n"
            "default_user = support\n"
            f"default_pass = {self._password()}\n"
            "log.file = false\n"
            "log.console = true\n"
            "log.console.level = warning\n"
        )


class PrivateBroker:
    """A node of one's own for as long as a `with` block lasts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> str:
        """Start the node, wait until it lets us in, and return its AMQP address."""
        self.node = BrokerNode.prepared(self.directory)
        epmd = self._spawn(self.node.epmd_command)
        server = self._spawn(self.node.command)
        self._running = [server, epmd]

        def is_settled() -> bool:
            return server.poll() is not None or is_reachable(self.node.amqp_url)

        if not wait_until(is_settled, seconds=START_SECONDS) or server.poll() is not None:
            self.stop()
            raise Trouble(f"RabbitMQ did not start; {self._log_file} says why.")
        return self.node.amqp_url

    def stop(self) -> None:
        """End the node, then its name daemon."""
        for process in self._running:
            end(process, signal.SIGTERM, grace_seconds=20)
        self._running = []

    @property
    def pid(self) -> int:
        """Of the node while it runs; it may have children."""
        return self._running[0].pid

    def kill(self) -> None:
        """End the node as a power cut would; `start` brings it back with its durable queues."""
        server, _epmd = self._running
        server.kill()
        server.wait()
        self.stop()

    @classmethod
    def joined(cls, directory: Path) -> Self:
        """The node that somebody else runs in that directory."""
        broker = cls(directory)
        broker.node = BrokerNode.running(directory)
        return broker

    def add_vhost(self, name: str) -> str:
        """Make an empty virtual host, a broker within the broker, and return its address."""
        self._have_evaluated(_NEW_VHOST.format(name))
        return f"{self.node.amqp_url.removesuffix('//')}/{quote(name, safe='')}"

    def delete_vhost(self, name: str) -> None:
        """Remove a virtual host with all its queues."""
        self._have_evaluated(_END_OF_VHOST.format(name))

    def _have_evaluated(self, words: str) -> None:
        """Let the node carry out a line of Erlang. `rabbitmqctl`, which can do the same, takes half
        a second of a processor for its start."""
        call = require_program("erlang-base", *_CALL)
        own_name = f"caller{secrets.token_hex(8)}"  # its -r gives two who call at once the same
        ended = subprocess.run(
            [str(call), "-h", own_name, "-name", _NODE, "-e"],
            input=f"{words}.\n".encode(),
            env=os.environ | self.node.environment,
            check=True,
            capture_output=True,
        )
        if not ended.stdout.startswith(b"{ok,"):
            raise Trouble(f"RabbitMQ refuses {words}: {ended.stdout.decode()}")

    @property
    def _log_file(self) -> Path:
        return self.directory / "broker.log"

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log_file.open("ab") as log:
            return subprocess.Popen(
                ending_with_us(command),
                env=os.environ | self.node.server_environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def __enter__(self) -> str:
        try:
            return self.start()
        except BaseException:  # also when a person has had enough of waiting
            self.stop()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
