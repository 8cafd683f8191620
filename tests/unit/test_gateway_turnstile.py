"""More at once than the desk can bear: refused at once, while the public status is told."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.gateway.turnstile import PLACES
from services.gateway.window import FEWEST, SLOW_SECONDS
from tests.support.gateway import Gateway


class FullDesk:
    """A gateway all of whose places are taken by people whose answers do not come yet."""

    def __init__(self, directory: Path) -> None:
        self.gateway = Gateway(directory)
        self._may_answer = threading.Event()
        self._inside = threading.Semaphore(0)
        ticket = self.gateway.services.ticket

        def answer_late(_query: Any) -> Any:
            self._inside.release()
            self._may_answer.wait(20)
            return ticket

        self.gateway.services.answers["tickets.get_ticket"] = answer_late
        self._threads = ThreadPoolExecutor(PLACES)
        self.people: list[Future[TestResponse]] = [
            self._threads.submit(self._read) for _ in range(PLACES)
        ]
        for _ in range(PLACES):
            assert self._inside.acquire(timeout=10)

    def _read(self) -> TestResponse:
        return self.gateway.as_user().gets("/tickets/42/")

    def answer(self) -> list[int]:
        """Let those inside have their answers; their statuses."""
        self._may_answer.set()
        return [person.result(10).status_code for person in self.people]


@pytest.fixture
def full(tmp_path: Path) -> Iterator[FullDesk]:
    desk = FullDesk(tmp_path)
    yield desk
    desk.answer()


def test_one_too_many_is_told_to_come_again(full: FullDesk) -> None:
    refused = full.gateway.as_user().gets("/tickets/42/")

    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.get_json()["code"] == "unavailable"


def test_the_public_status_passes_all_the_same(full: FullDesk) -> None:
    assert full.gateway.as_anyone().gets("/status/").status_code == 200


def test_whoever_leaves_makes_room(full: FullDesk) -> None:
    assert full.answer() == [200] * PLACES

    assert full.gateway.as_user().gets("/tickets/42/").status_code == 200


def test_slow_answers_let_fewer_ask_at_once(full: FullDesk) -> None:
    window = full.gateway.app.extensions["turnstile"].window
    assert window.free == 0
    time.sleep(SLOW_SECONDS + 0.1)  # longer than a quick answer takes

    assert full.answer() == [200] * PLACES

    assert FEWEST <= window.size < PLACES
    assert window.free > 0


def test_whoever_has_not_asked_a_service_yet_is_in_nobodys_way_there(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    window = gateway.app.extensions["turnstile"].window
    seen: list[int] = []

    class SlowBody(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            seen.append(window.free)
            return super().read(size)

        def readinto(self, buffer: Any) -> int:
            seen.append(window.free)
            return super().readinto(buffer)

    body = SlowBody(b'{"message": "..."}')
    answer = gateway.as_user().asks(
        "POST",
        "/tickets/42/add_message/",
        input_stream=body,
        content_type="application/json",
        headers={"Content-Length": str(len(body.getvalue()))},
    )

    assert answer.status_code == 201
    assert set(seen) == {PLACES}
    assert window.free == PLACES


def test_a_refusal_takes_no_place(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)

    for _ in range(2 * PLACES):
        assert gateway.as_anyone().gets("/tickets/").status_code == 401

    assert gateway.as_user().gets("/tickets/42/").status_code == 200


def test_while_the_window_is_full_a_refusal_costs_no_reading(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    window = gateway.app.extensions["turnstile"].window
    assert all(window.enter() for _ in range(PLACES))

    assert gateway.as_anyone().gets("/tickets/").status_code == 503

    window.leave()
    assert gateway.as_anyone().gets("/tickets/").status_code == 401
