"""The auditor finds what the scan has overlooked, and says when all was well."""

from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import delete, update

from chassis.clock import SetClock
from contracts.tickets import AnswerDelivered, TicketOpened, TicketPrioritised
from contracts.vocabulary import Priority
from services.sla import auditing
from services.sla.auditing import Auditing
from services.sla.models import AnnouncementRow, ClockRow, CycleRow
from tests.support.sla_desk import SlaDesk
from tests.support.sla_story import answered, at, opened, prioritised

OPENED = opened("10:00")


@pytest.fixture
def auditor(desk: SlaDesk) -> Auditing:
    auditor = Auditing()
    auditor.shared = SimpleNamespace(store=desk.store)
    auditor.run_once()  # the first is left out
    auditing.last_success.set(0)
    return auditor


@pytest.fixture
def late_desk(desk: SlaDesk, clock: SetClock) -> SlaDesk:
    """A deadline has passed, and that was told."""
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:00")
    desk.scans()
    return desk


def found(auditor: Auditing) -> tuple[int, float]:
    """How many alerts were missed, and when all was well last."""
    auditor.run_once()
    missed = REGISTRY.get_sample_value("sla_auditor_missed_alerts")
    success = REGISTRY.get_sample_value("sla_auditor_last_success_timestamp_seconds")
    assert missed is not None
    assert success is not None
    return int(missed), success


def test_all_is_well_while_every_deadline_has_its_alert(
    desk: SlaDesk, clock: SetClock, auditor: Auditing
) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:00:11")
    desk.scans()

    assert found(auditor) == (0, at("12:00:11").timestamp())


def test_a_deadline_that_the_scan_never_looked_at_is_found_after_ten_seconds(
    desk: SlaDesk, clock: SetClock, auditor: Auditing
) -> None:
    desk.hears(TicketOpened, OPENED)
    with desk.store.writing() as session:
        session.execute(update(ClockRow).values(next_at=None))

    clock.instant = at("12:00:09")
    assert found(auditor) == (0, at("12:00:09").timestamp())
    clock.instant = at("12:00:10")
    assert found(auditor) == (1, at("12:00:09").timestamp())


def test_a_breach_that_was_never_told_is_found(
    late_desk: SlaDesk, clock: SetClock, auditor: Auditing
) -> None:
    with late_desk.store.writing() as session:
        session.execute(delete(AnnouncementRow))

    clock.instant = at("12:01")
    assert found(auditor) == (1, 0)


def test_an_alert_is_known_though_its_cycle_has_another_number_since(
    late_desk: SlaDesk, clock: SetClock, auditor: Auditing
) -> None:
    with late_desk.store.writing() as session:
        session.execute(update(CycleRow).values(n=CycleRow.n + 1))

    clock.instant = at("12:01")
    assert found(auditor)[0] == 0


def test_an_alert_is_known_though_the_deadline_that_was_missed_has_moved_past_it(
    desk: SlaDesk, clock: SetClock, auditor: Auditing
) -> None:
    urgent = opened("10:00", Priority.P0)
    desk.hears(TicketOpened, urgent)
    clock.instant = at("10:15")
    desk.scans()
    clock.instant = at("12:40")
    desk.hears(TicketPrioritised, prioritised(urgent, "10:10", Priority.P1))

    assert desk.cycle().breached_at == at("12:00")
    clock.instant = at("12:41")
    assert found(auditor)[0] == 0


def test_an_answer_in_time_needs_no_alert(
    desk: SlaDesk, clock: SetClock, auditor: Auditing
) -> None:
    desk.hears(AnswerDelivered, answered(OPENED, "11:00"))
    clock.instant = at("13:00")

    assert found(auditor)[0] == 0
