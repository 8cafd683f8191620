"""Something stands still, is full or leads nowhere: every request ends in time, and once it is
mended nothing is left waiting for what will not come."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from cli.desk import Desk
from cli.diagnosis import broker
from tests.support.breaking import alarm
from tests.support.measured import Tell
from tests.support.story import app_user
from tests.support.waiting import wait_until
from tests.support.wired_desk import WiredDesk
from tests.support.wishes import Answer, Wishes, ask

WRITE_SECONDS = 5
READ_SECONDS = 2
HEALED_SECONDS = 10
SLACK_SECONDS = 1
MUCH_SLACK_SECONDS = 5

Fault = Callable[[WiredDesk], AbstractContextManager[None]]

FAULTS: dict[str, Fault] = {
    "a frozen broker": lambda wired: wired.frozen_broker(),
    "a memory alarm": lambda wired: alarm(wired.broker, "memory"),
    "a disk alarm": lambda wired: alarm(wired.broker, "disk"),
    "frozen tickets": lambda wired: wired.frozen("tickets"),
    "a frozen sla": lambda wired: wired.frozen("sla"),
    "frozen incidents": lambda wired: wired.frozen("incidents"),
    "a frozen database": lambda wired: wired.frozen_postgres(),
    "cut from the broker": lambda wired: wired.cut(wired.to_broker),
    "the broker in a black hole": lambda wired: wired.black_hole(wired.to_broker),
    "cut from the databases": lambda wired: wired.cut(wired.to_database),
    "the databases in a black hole": lambda wired: wired.black_hole(wired.to_database),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_requests_end_in_time_and_nothing_hangs_after_healing_from(
    wired: WiredDesk, fault: str, record_property: Tell
) -> None:
    wishes = Wishes(app_user(wired.desk))

    with FAULTS[fault](wired), ThreadPoolExecutor(3) as threads:
        writing = threads.submit(wishes.send)
        reading = threads.submit(wishes.read_meanwhile)
        status = threads.submit(ask, wired.desk.url, "/api/support/status/")
        written, seen = writing.result(), reading.result()
        written += wishes.send()  # some seconds later, when the desk has had time to notice
        seen += wishes.read_meanwhile()

    healed_at = time.monotonic()
    write, read = slowest(written), slowest(seen)
    record_property("slowest write", f"{write:.1f} s ({WRITE_SECONDS})")
    record_property("slowest read", f"{read:.1f} s ({READ_SECONDS})")
    assert write < WRITE_SECONDS + SLACK_SECONDS
    assert read < READ_SECONDS + SLACK_SECONDS
    assert status.result().status == 200
    assert status.result().seconds < SLACK_SECONDS
    until = healed_at + HEALED_SECONDS + MUCH_SLACK_SECONDS
    wishes.send_until_granted(until - time.monotonic())
    wait_until(wired.is_well, until - time.monotonic(), wired.tell_what_is_wrong)
    well_after = time.monotonic() - healed_at
    record_property("well", f"{well_after:.1f} s after healing ({HEALED_SECONDS})")
    wishes.assert_granted_once()


@pytest.mark.parametrize("kind", ["memory", "disk"])
def test_the_doctor_tells_of_an_alarm(wired: WiredDesk, kind: str, tmp_path: Path) -> None:
    environment = {"AMQP_URL": wired.broker.node.amqp_url}

    def is_told() -> bool:
        found = broker.examine(Desk(tmp_path), environment)
        return any("takes no messages in" in finding.what for finding in found)

    assert not is_told()
    with alarm(wired.broker, kind):
        assert is_told()
    assert not is_told()
    wait_until(wired.is_well, HEALED_SECONDS + MUCH_SLACK_SECONDS, wired.tell_what_is_wrong)


def slowest(answers: list[Answer]) -> float:
    return max(answer.seconds for answer in answers)
