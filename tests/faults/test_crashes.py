"""A process that is killed at any line: afterwards each booking is there once, and heard once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.ledger.process import Ledger
from tests.support.waiting import wait_until


@pytest.fixture
def ledger(amqp_of_crashes: str, database_url: str, tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(amqp_of_crashes, database_url, tmp_path / "log")
    yield ledger
    ledger.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def amqp_of_crashes(new_amqp_url: Callable[[], str]) -> str:
    return new_amqp_url()


@pytest.mark.parametrize(
    ("point", "database_url"),
    [
        ("transaction.before_commit", "sqlite"),
        ("transaction.before_commit", "postgresql"),
        ("transaction.after_commit", "sqlite"),
        ("transaction.after_commit", "postgresql"),
        ("relay.before_publish", "sqlite"),
        ("relay.before_publish", "postgresql"),
        ("relay.after_publish", "sqlite"),
        ("relay.after_publish", "postgresql"),
        ("consumer.before_handling", "sqlite"),
        ("consumer.before_acknowledging", "sqlite"),
        ("consumer.before_acknowledging", "postgresql"),
    ],
    indirect=["database_url"],
)
def test_a_booking_survives_a_crash_at(point: str, ledger: Ledger) -> None:
    with ledger.running(SUPPORT_CRASH_AT=point) as doomed:
        ledger.book_although_it_dies("bread", "1", doomed)

    with ledger.running():
        ledger.book_in_the_end("bread", "1")
        ledger.book("after", "2")
        wait_until(lambda: ledger.tallies("bread") and ledger.tallies("after"))

    assert ledger.entries() == ["bread", "after"]
    assert len(ledger.tallies("bread")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("point", ["ladder.before_publish", "ladder.after_publish"])
def test_a_retry_survives_a_crash_at(point: str, ledger: Ledger) -> None:
    with ledger.running(SUPPORT_CRASH_AT=point) as doomed:
        ledger.book_although_it_dies("stumbles once", "1", doomed)

    with ledger.running():
        wait_until(lambda: ledger.tallies("stumbles once"))
        ledger.book("after", "2")
        wait_until(lambda: ledger.tallies("after"))

    assert ledger.entries() == ["stumbles once", "after"]
    assert len(ledger.tallies("stumbles once")) == 1
