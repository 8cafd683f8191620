"""What a report says of checks that are well, ill, raise, or do not come back."""

import threading
from collections.abc import Callable

import pytest

from chassis.readiness import LOOK_SECONDS, Readiness
from chassis.rpc.ping import ping_answer
from chassis.vital_signs import pages
from chassis.watchdog import Pulse
from tests.support.waiting import wait_until


def start(run: Callable[[], None]) -> None:
    threading.Thread(target=run, daemon=True).start()


def rest(_seconds: float) -> None:
    threading.Event().wait()


def raise_something() -> str | None:
    raise OSError("no\nroute")


def test_a_process_is_ready_when_nothing_is_the_matter() -> None:
    readiness = Readiness()
    readiness.add_instant("events", lambda: None)
    readiness.keep(start, rest)

    report = readiness.report()

    assert report.as_json() == {"status": "ready", "checks": {"events": "ok"}}
    assert ping_answer(report, well="idle") == {"status": "idle"}


def test_a_reason_is_told_and_so_is_what_a_check_raises() -> None:
    readiness = Readiness()
    readiness.add_instant("events", lambda: "is not consuming")
    readiness.add_instant("relay", raise_something)
    readiness.add_instant("rpc", lambda: None)
    readiness.keep(start, rest)

    report = readiness.report()

    failing = {"events": "is not consuming", "relay": "OSError: no route"}
    assert report.as_json() == {"status": "not_ready", "checks": {**failing, "rpc": "ok"}}
    assert ping_answer(report) == {"status": "not_ready", "checks": failing}


def test_what_has_not_been_looked_at_is_not_ready_yet() -> None:
    readiness = Readiness()
    readiness.add("database", lambda: None)
    assert readiness.report().checks == {"start": "is under way"}

    readiness.keep(lambda _never_run: None, rest)

    assert readiness.report().checks == {"database": "has not been looked at yet"}


def test_a_look_is_repeated_and_one_that_hangs_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis.readiness.PATIENCE_SECONDS", 0.0)
    readiness, let_go, rests = Readiness(), threading.Event(), threading.Semaphore(3)
    said = iter([None, "is away"])
    readiness.add("database", lambda: "hung" if let_go.wait(20) else "never")
    readiness.add("relay", lambda: next(said, "is away"))

    def rest_thrice(seconds: float) -> None:
        assert seconds == LOOK_SECONDS
        rests.acquire()

    readiness.keep(start, rest_thrice)

    wait_until(lambda: readiness.report().checks["relay"] == "is away")
    assert readiness.report().checks["database"].startswith("has not answered for")
    let_go.set()
    wait_until(lambda: readiness.report().checks["database"] == "hung")


def test_a_loop_that_does_not_beat_is_neither_ready_nor_live() -> None:
    pulse = Pulse()
    readiness = Readiness()
    readiness.keep(start, rest)
    told = pages(readiness, pulse, lambda: pytest.fail("nobody asked"))
    assert (told["/ready"]().status, told["/live"]().status) == (200, 200)

    pulse._beat_at -= 10

    assert (told["/ready"]().status, told["/live"]().status) == (503, 503)
    assert b"has not beaten for 10 s" in told["/live"]().body
