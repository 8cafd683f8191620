"""`./support bench sla` in small: a database is filled, and a real process decides what is due."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.sla.filling import Filled, fill, open_empty
from bench.sla.lateness import watched
from bench.sla.outbox import faults_of
from bench.sla.replicas import Sla
from cli.broker import PrivateBroker
from contracts.vocabulary import CycleState
from services.sla.models import CycleRow
from services.sla.queries import next_look
from services.sla.usecases.deciding import decide_due

RUNNING = (CycleState.PENDING, CycleState.IMMINENT_BREACH)
DUE = 20


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> Iterator[Filled]:
    filled = open_empty("either", database_url, tmp_path)
    fill(filled, 200)
    yield filled
    filled.store.database.close()


def test_all_cycles_run_and_a_scan_finds_nothing(filled: Filled) -> None:
    now = filled.store.now()

    with filled.store.writing() as session:
        decided = decide_due(session, filled.editions, now, 100)
    running = filled.store.ask(
        lambda session: session.scalar(
            select(func.count()).select_from(CycleRow).where(CycleRow.state.in_(RUNNING))
        )
    )

    assert (decided, running) == (0, 2 * 200)  # a first response and a resolution each


def test_what_is_due_at_once_is_seen_in_the_outbox_each_once(
    filled: Filled, broker: PrivateBroker, fresh_amqp_url: str
) -> None:
    sla = Sla(filled, broker, fresh_amqp_url)
    sla.declare_queues()

    with sla.running(1):
        strikes = [filled.tickets.breaching, filled.tickets.warning] * (DUE // 2)
        watch = watched(sla, strikes, gap=timedelta(), ahead=timedelta(seconds=1))
        is_published = sla.has_published_all()
    found, next_at = watch.found(), filled.store.ask(next_look)

    assert len(watch.late_seconds) == DUE
    assert faults_of(watch.expected, found) == []
    assert is_published
    assert next_at is not None
    assert next_at > filled.store.now() + timedelta(minutes=50)
