"""What a log line looks like, and what it must not tell."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import structlog

from chassis import logs


@pytest.fixture
def told() -> Iterator[Any]:
    stream = io.StringIO()
    logs.configure("tickets", "INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers.clear()
    logging.getLogger().setLevel(logging.WARNING)
    structlog.reset_defaults()


def test_a_line_is_json_with_process_level_instant_and_request(told: Any) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("here").info("opened", ticket=42)

    (line,) = told()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "opened",
        "level": "info",
        "logger": "here",
        "process": "tickets",
        "request_id": "abc",
        "ticket": 42,
    }


def test_the_libraries_lines_look_the_same(told: Any) -> None:
    logging.getLogger("some.library").warning("lost %s", "way", extra={"port": 1})

    (line,) = told()
    assert (line["event"], line["level"], line["port"]) == ("lost way", "warning", 1)


def test_chatter_is_kept_out(told: Any) -> None:
    logging.getLogger("kombu.mixins").info("Connected to ...")
    logging.getLogger("httpx").info("HTTP Request: POST ...")
    structlog.get_logger("here").debug("a detail")

    assert told() == []


def test_secrets_in_a_message_are_blotted_out(told: Any) -> None:
    token = "1234567890:AAEhBOweik6ad9r_abcdefghijklmnopqrs"
    log = logging.getLogger("telegram")
    log.warning("POST https://api.telegram.org/bot%s/getMe", token)
    log.warning("POST http://127.0.0.1:8081/bot1:short/getMe")
    log.warning("https://t.me/desk_bot?start=link_%s", "k" * 32)
    log.warning("/start agent_%s is not understood", "k" * 32)
    log.warning("cannot reach amqp://support:hunter2@127.0.0.1:5672//")

    told_text = json.dumps(told())
    assert token not in told_text
    assert "short" not in told_text
    assert "hunter2" not in told_text
    assert "kkk" not in told_text
    assert "start=link_<token>" in told_text
    assert "api.telegram.org" in told_text


def test_what_cannot_be_written_is_no_fault_of_whoever_tells_it() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        logs.configure("tickets", "INFO", full)
        structlog.get_logger("here").info("opened", ticket=42)
        structlog.get_logger("here").error("failed", exc_info=ValueError("why"))
        structlog.reset_defaults()
        logging.getLogger().handlers.clear()
        logging.captureWarnings(capture=False)
        with suppress(OSError):
            full.close()


class Unspeakable:
    def __str__(self) -> str:
        raise ValueError("nobody knows what I am")

    __repr__ = __str__


def test_what_cannot_be_told_is_told_as_far_as_it_can_be(told: Any) -> None:
    itself: list[Any] = []
    itself.append(itself)
    for value in (Unspeakable(), itself, {(1, 2): 3}):
        structlog.get_logger("here").info("opened", ticket=42, about=value)

    lines = told()
    assert [(line["event"], line["ticket"]) for line in lines] == [("opened", 42)] * 3
    assert all("untold" in line for line in lines)
