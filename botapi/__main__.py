"""`python -m botapi`: serve until SIGTERM or Ctrl-C; the port goes into a file when it is open."""

import argparse
import signal
from pathlib import Path
from threading import Event

from botapi.server import BotApiServer
from botapi.world import World
from botapi.writing import write_whole


def main() -> None:
    options = _parser().parse_args()
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    world = World()
    for token, username in options.bot:
        world.register_bot(token, username)
    server = BotApiServer(options.port, options.host, world, options.people)
    with server:
        if options.port_file:
            write_whole(options.port_file, f"{server.port}\n")
        stopping.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="botapi", description="A local Bot API server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="written once the port is open")
    parser.add_argument("--people", type=Path, help="keeps those who live here over a restart")
    parser.add_argument(
        "--bot",
        type=_bot,
        action="append",
        default=[],
        metavar="TOKEN=USERNAME",
        help="a bot to know from the start; may be given several times",
    )
    return parser


def _bot(value: str) -> tuple[str, str]:
    token, equals, username = value.partition("=")
    if not (token and equals and username):
        raise argparse.ArgumentTypeError("expected TOKEN=USERNAME")
    return token, username


if __name__ == "__main__":
    main()
