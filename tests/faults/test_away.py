"""tickets, its database or the broker is away: writes are refused soon, and none is half done."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic

import pytest

from tests.support.measured import Tell
from tests.support.story import app_user
from tests.support.wired_desk import WiredDesk
from tests.support.wishes import Answer, Wishes, ask

REFUSED_SECONDS = 3
BACK_SECONDS = 15
SLACK_SECONDS = 1

Fault = Callable[[WiredDesk], AbstractContextManager[None]]


@contextmanager
def tickets_killed(wired: WiredDesk) -> Iterator[None]:
    wired.desk.kill("tickets")
    yield
    wired.desk.start("tickets")


@contextmanager
def broker_killed(wired: WiredDesk) -> Iterator[None]:
    wired.broker.kill()
    yield
    wired.broker.start()


def database_away(wired: WiredDesk) -> AbstractContextManager[None]:
    return wired.cut({"tickets": wired.to_database["tickets"]})


@pytest.mark.parametrize("fault", [tickets_killed, broker_killed, database_away])
def test_while_it_is_away_writes_are_refused_soon_and_the_same_keys_succeed_afterwards(
    wired: WiredDesk, fault: Fault, record_property: Tell
) -> None:
    wishes = Wishes(app_user(wired.desk))

    with fault(wired):
        answers = wishes.send() + wishes.send()
        status = ask(wired.desk.url, "/api/support/status/")
        page = ask(wired.desk.url, "/status")

    record_property("slowest write", f"{slowest(answers):.1f} s ({REFUSED_SECONDS})")
    assert {answer.status for answer in answers} == {503}
    assert {answer.retry_after for answer in answers} == {"1"}
    assert slowest(answers) < REFUSED_SECONDS + SLACK_SECONDS
    assert (status.status, page.status) == (200, 200)
    assert slowest([status, page]) < SLACK_SECONDS
    mended_at = monotonic()
    wishes.send_until_granted()
    wired.desk.wait_until_healthy()
    took = monotonic() - mended_at
    record_property("well", f"{took:.1f} s after it is back ({BACK_SECONDS})")
    assert took < BACK_SECONDS
    wishes.assert_granted_once()


def slowest(answers: list[Answer]) -> float:
    return max(answer.seconds for answer in answers)
