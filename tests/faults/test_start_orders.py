"""The broker comes last: everything runs without it, decides, stops, and works once it is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.tables import InboxRow, OutboxRow
from contracts.tickets import TicketOpened
from contracts.vocabulary import Priority, TicketStatus
from tests.support.lonely_desk import LonelyDesk, lonely_desk
from tests.support.measured import Tell
from tests.support.running_desk import PROCESSES
from tests.support.sla_desk import SlaDesk
from tests.support.sla_story import Snapshot
from tests.support.vital_signs import failing, is_ready
from tests.support.waiting import wait_until

PAST_THE_DEADLINE_SECONDS = 3 * 3600.0
CONSUMING_SECONDS = 15
SLACK_SECONDS = 5


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[LonelyDesk]:
    with lonely_desk(tmp_path) as desk:
        yield desk


def test_without_a_broker_all_run_and_stop_in_good_order(lonely: LonelyDesk) -> None:
    lonely.start(PROCESSES[::-1])

    assert requests.get(f"{lonely.desk.url}/api/support/status/", timeout=5).status_code == 200
    assert failing(lonely.ports["sla"]) >= {"rpc", "events"}
    assert {name: lonely.desk.stop(name, 12) for name in PROCESSES} == dict.fromkeys(PROCESSES, 0)


def test_a_breach_is_decided_before_the_broker_has_ever_run_and_told_when_it_does(
    lonely: LonelyDesk, record_property: Tell
) -> None:
    desk = lonely.desk
    open_a_ticket(desk.databases["sla"])
    lonely.start()

    desk.set_clock(PAST_THE_DEADLINE_SECONDS)

    database = Database(desk.databases["sla"])
    (breach,) = wait_until(lambda: breaches(database))
    assert breach.published_at is None

    took = lonely.let_the_broker_come()
    record_property("consuming", f"{took:.1f} s after the broker has come ({CONSUMING_SECONDS})")
    assert took < CONSUMING_SECONDS + SLACK_SECONDS

    assert all(is_ready(port) for port in lonely.ports.values())
    wait_until(lambda: [row.published_at for row in breaches(database)] != [None])
    database.close()
    bot = Database(desk.databases["bot"])
    wait_until(lambda: has_heard(bot, breach))
    bot.close()


def open_a_ticket(url: str) -> None:
    """As sla has heard of it in an earlier life."""
    now = SystemClock().now()
    ticket = Snapshot(42, 1, Priority.P1, TicketStatus.OPEN, created_at=now, updated_at=now)
    database = Database(url)
    SlaDesk(database, SystemClock()).hears(TicketOpened, ticket)
    database.close()


def breaches(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        told = select(OutboxRow).where(OutboxRow.type == "sla.breached.v1")
        return list(session.scalars(told))


def has_heard(database: Database, event: OutboxRow) -> bool:
    with database.reading() as session:
        heard = select(InboxRow).where(InboxRow.event_id == event.event_id)
        return bool(session.scalars(heard).all())
