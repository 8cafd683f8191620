"""`./support drill` against a desk that refuses for now, and one that goes away."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli.desk import Desk
from cli.drill.outage import Outage
from cli.drill.stage import AppUser, Speaker, Stage
from cli.drill.timeline import Timeline, look_until
from cli.gateway import NotNow
from cli.people import LOCAL_BOT
from cli.trouble import Trouble
from tests.support.botapi import SUPPORT_BOT_TOKEN, running_telegram


class RefusesAtFirst(BaseHTTPRequestHandler):
    """Two refusals as the gateway makes them, then a ticket."""

    asked_at: list[float]

    def do_GET(self) -> None:
        self.asked_at.append(time.monotonic())
        status, retry_after, body = {
            1: (429, "1", b'{"title": "Too many requests", "code": "too_many_requests"}'),
            2: (503, "1", b'{"title": "Unavailable", "code": "unavailable"}'),
        }.get(len(self.asked_at), (200, "", b'{"incident": {"id": 7}}'))
        self.send_response(status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_reader_who_is_refused_for_now_asks_again_when_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RefusesAtFirst.asked_at = []
    with served(RefusesAtFirst) as port:
        monkeypatch.setenv("SUPPORT_PORT", str(port))
        user = AppUser(Desk(tmp_path), "a token")
        said: list[str] = []

        seen = Timeline(said.append).wait("it is linked", lambda: user.reads(3)["incident"])

    assert seen == {"id": 7}
    first, second, third = RefusesAtFirst.asked_at
    assert min(second - first, third - second) >= 0.95


def test_what_is_refused_to_the_end_is_missed_with_the_reason() -> None:
    def look() -> bool:
        raise NotNow("Too many requests", 0.01)

    assert look_until(look, time.monotonic() + 0.05) == (None, "Too many requests")


def test_an_agent_hears_nothing_that_was_said_before_the_drill() -> None:
    with running_telegram() as telegram:
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        telegram.add_person(5, "Ольга")
        before = telegram.say(5, "/start", bot=LOCAL_BOT)
        assert before is not None
        agent = Speaker(telegram, 5, since=before.id)

        assert agent.heard() is None


def test_an_incident_that_cannot_be_ended_leaves_a_sentence_that_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_PORT", "1")
    monkeypatch.setattr("cli.drill.outage.APPEARS_SECONDS", 0.1)
    with running_telegram() as telegram:
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        stage = Stage(Desk(tmp_path), telegram.url)
        outage = Outage(stage)
        outage.declare()
        outage.id = 7

    left = outage.close()

    assert "Incident #7" in left
    assert "may be open still: end it with /resolve" in left


def test_a_desk_that_does_not_answer_is_no_place_for_a_drill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_PORT", "1")
    with running_telegram() as telegram:
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        stage = Stage(Desk(tmp_path), telegram.url)

        with pytest.raises(Trouble, match="does not answer"):
            stage.refuse_open_incident()
