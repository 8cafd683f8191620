"""Logs: one JSON object a line on stderr, the libraries' lines among our own.

Secrets that get into messages (a bot token in a URL, what a one-time link shows, a password in an
address) are blotted out of the finished line, whoever wrote it.
"""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

# Their chatter is of no use at INFO; httpx would write the bot token with every URL.
_QUIET = ("nameko", "kombu", "amqp", "httpx", "httpcore", "apscheduler", "telegram", "alembic")

# What a method raises is told once by chassis.service.rpc; nameko would repeat it.
_SILENT = ("nameko.containers",)

_SECRETS = (
    (re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}"), "<token>"),
    (re.compile(r"(/bot)\d+:[^/\s\"']+"), r"\1<token>"),
    (re.compile(r"(\bstart[= ][a-z]{1,16}_)[A-Za-z0-9_-]{20,}"), r"\1<token>"),
    (re.compile(r"(://[^:/@\s\"]+:)[^@/\s\"]+@"), r"\1<password>@"),
)


def configure(process: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of this process to stderr (or `stream`) as JSON, from `level` up.

    Our own lines do not go by way of `logging`, which would cost as much again. A process does this
    once, and its loggers last; what is told to a stream of a test's own, is told there alone.
    """
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _naming(process),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
    ]
    last: list[Processor] = [_as_json, _without_secrets]
    structlog.configure(
        processors=[*first, *last],
        logger_factory=_LineWriters(stream or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=stream is None,
    )
    _ask_only_what_is_told()
    _route_stdlib([structlog.stdlib.ExtraAdder(), *first], last, level, stream or sys.stderr)


class _LineWriter(structlog.WriteLogger):
    """Writes finished lines of the module that is its name. As with `logging`, what cannot be
    written (a full disk, a reader who has gone) is no fault of whoever tells it."""

    def __init__(self, name: str, stream: TextIO) -> None:
        super().__init__(stream)
        self.name = name

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class _LineWriters:
    """Makes them, named as `logging` names its loggers."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._naming = structlog.stdlib.LoggerFactory(ignore_frame_names=[__name__])

    def __call__(self, *named: str) -> _LineWriter:
        return _LineWriter(self._naming(*named).name, self._stream)


def _ask_only_what_is_told() -> None:
    """The optimisations that the manual of `logging` names. No line tells where in the code or on
    which thread it was written, and to find that out is half of what it costs."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _route_stdlib(
    first: list[Processor], last: list[Processor], level: str, stream: TextIO
) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


def _naming(process: str) -> Processor:
    def name_process(
        _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event["process"] = process
        if event.get("request_id") is None:
            event.pop("request_id", None)
        return event

    return name_process


_render = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _as_json(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """Whatever was given: a line that cannot be told is told as far as it can be."""
    try:
        return str(_render(logger, method, event))
    except Exception as error:
        told = {name: value for name, value in event.items() if isinstance(value, str | int)}
        return json.dumps(told | {"untold": type(error).__name__}, ensure_ascii=False)


def _without_secrets(_logger: Any, _method: str, line: Any) -> str:
    for secret, instead in _SECRETS:
        line = secret.sub(instead, line)
    return str(line)
