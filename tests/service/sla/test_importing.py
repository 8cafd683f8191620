"""Holidays are imported into versions of our own, and what begins afterwards goes by them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from chassis.clock import SetClock
from contracts.errors import CalendarNeverOpens, HolidaysUnknown
from contracts.sla import HolidaysView, HolidayView, ImportHolidays
from contracts.tickets import TicketOpened
from contracts.vocabulary import Priority
from services.sla.domain import Holiday
from services.sla.library import Told
from services.sla.models import EditionRow, HolidayRow
from services.sla.usecases.importing import import_holidays
from tests.support.holiday_desks import ALSO_ON_EVE, BY_RUSSIA, EVE, Starts, follows
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import at, opened


def due(desk: SlaDesk, start: datetime = EVE.created_at) -> datetime:
    """When a P2 that is opened then is due: after one working day."""
    return desk.forecasts(Priority.P2, start).first_response.due_at


def editions(desk: SlaDesk) -> int:
    with desk.store.reading() as session:
        return len(session.scalars(select(EditionRow)).all())


def versions(desk: SlaDesk, country: str = "RU") -> dict[int, list[HolidayRow]]:
    """The kept days, by version."""
    with desk.store.reading() as session:
        rows = session.scalars(
            select(HolidayRow).where(HolidayRow.country == country).order_by(HolidayRow.day)
        ).all()
    return {n: [row for row in rows if row.version == n] for n in sorted({r.version for r in rows})}


def takes_in(desk: SlaDesk, *days: Holiday, library: str = "9.9") -> HolidaysView:
    """An import of 2026 when the library tells something else than it does today."""
    command = ImportHolidays(command_id="c", country="RU", first_year=2026, last_year=2026)
    with desk.store.writing() as session:
        told = Told(days, library)
        now = desk.store.now()
        return import_holidays(session, command, now, told=told, editions=desk.service.editions)


def test_an_import_is_kept_and_told(starts: Starts, clock: SetClock) -> None:
    desk = starts()

    imported = desk.imports("RU", 2026, 2027)

    assert (imported.country, imported.version, imported.is_new) == ("RU", 1, True)
    assert imported.calendars == ["business"]
    assert HolidayView(day=date(2026, 11, 4), name="День народного единства") in imported.days
    assert HolidayView(day=date(2027, 2, 20), name="", is_working=True) in imported.days
    rows = versions(desk)[1]
    assert [row.day for row in rows] == [one.day for one in imported.days]
    assert {(row.imported_at, row.library) for row in rows} == {(clock.now(), imported.library)}


def test_what_begins_after_an_import_goes_by_it_and_what_runs_keeps_its_deadline(
    starts: Starts, clock: SetClock
) -> None:
    desk = starts()
    desk.hears(TicketOpened, EVE)

    clock.instant = at("03 20:30")
    desk.imports()
    clock.instant = at("03 21:00")
    desk.hears(TicketOpened, named(opened("03 20:50", Priority.P2), 43))

    assert desk.describes(EVE).first_response.due_at == at("04 18:00")
    assert desk.cycle(43).due_at == at("05 18:00")
    desk.hears(TicketOpened, EVE)
    assert desk.cycle(42).due_at == at("04 18:00")


def test_a_working_saturday_is_worked(starts: Starts) -> None:
    desk = starts()
    friday_evening = datetime(2027, 2, 19, 20, tzinfo=UTC)
    before = due(desk, friday_evening)

    desk.imports()

    assert before == datetime(2027, 2, 22, 18, tzinfo=UTC)
    assert due(follows(desk), friday_evening) == datetime(2027, 2, 20, 18, tzinfo=UTC)


def test_a_second_import_that_changes_nothing_adds_nothing(starts: Starts) -> None:
    desk = starts()
    first = desk.imports()

    second = desk.imports()

    assert (second.version, second.is_new) == (1, False)
    assert (second.days, second.calendars) == (first.days, ["business"])
    assert list(versions(desk)) == [1]
    assert editions(desk) == 2  # the file's own, and the import's


def test_a_repeated_command_answers_what_it_answered(starts: Starts) -> None:
    desk = starts()
    command = ImportHolidays(command_id="c", country="RU", first_year=2026, last_year=2026)
    first = desk.service.import_holidays(command)

    again = desk.service.import_holidays(command)

    assert (first.replayed, again.replayed) == (False, True)
    assert again.result == first.result
    assert again.result.is_new


def test_another_year_is_added_and_the_one_before_carried_over(starts: Starts) -> None:
    desk = starts()
    desk.imports("RU", 2026, 2026)

    later = desk.imports("RU", 2027, 2027)

    assert (later.version, later.is_new) == (2, True)
    assert {one.day.year for one in later.days} == {2027}
    kept = versions(desk)
    assert {row.day.year for row in kept[1]} == {2026}
    assert [row.day for row in kept[2] if row.day.year == 2026] == [row.day for row in kept[1]]
    assert {row.day.year for row in kept[2]} == {2026, 2027}
    assert due(follows(desk)) == at("05 18:00")


def test_a_library_that_tells_otherwise_makes_a_version_and_moves_nothing_that_runs(
    starts: Starts, clock: SetClock
) -> None:
    desk = starts()
    desk.imports("RU", 2026, 2027)
    clock.instant = at("03 20:30")
    desk.hears(TicketOpened, EVE)

    changed = takes_in(desk, Holiday(date(2026, 11, 5), "Moved"))

    assert (changed.version, changed.library) == (2, "9.9")
    clock.instant = at("03 21:00")
    assert desk.describes(EVE).first_response.due_at == at("05 18:00")
    assert due(desk, at("03 20:50")) == at("04 18:00")
    assert due(desk, at("04 20:00")) == at("06 18:00")
    assert [row.library for row in versions(desk)[2] if row.day.year == 2026] == ["9.9"]
    assert {row.day.year for row in versions(desk)[2]} == {2026, 2027}


def test_a_name_alone_that_changes_is_a_version_too(starts: Starts) -> None:
    desk = starts()
    takes_in(desk, Holiday(date(2026, 11, 4), "Unity Day"))

    assert not takes_in(desk, Holiday(date(2026, 11, 4), "Unity Day"), library="9.10").is_new
    assert takes_in(desk, Holiday(date(2026, 11, 4), "National Unity Day")).version == 2


def test_every_replica_follows_within_a_look(starts: Starts) -> None:
    desk, replica = starts(), starts()
    replica.hears(TicketOpened, EVE)

    desk.imports()

    assert due(follows(replica), at("03 20:01")) == at("05 18:00")


def test_a_restart_with_the_same_file_finds_it_in_force(starts: Starts) -> None:
    starts().imports()

    restarted = starts()
    restarted.hears(TicketOpened, EVE)

    assert restarted.cycle().due_at == at("05 18:00")
    assert editions(restarted) == 2


def test_a_changed_file_goes_by_the_newest_import(starts: Starts) -> None:
    desk = starts()
    desk.imports("RU", 2026, 2026)
    desk.imports("RU", 2027, 2027)

    changed = starts(first_response_minutes=60)
    changed.hears(TicketOpened, EVE)

    assert changed.cycle().due_at == at("05 11:00")
    assert editions(changed) == 4


def test_an_import_may_come_before_the_file_that_asks_for_it(
    starts: Starts, clock: SetClock
) -> None:
    desk = starts({})
    imported = desk.imports()
    clock.instant = at("03 20:30")
    desk.hears(TicketOpened, EVE)
    before = editions(desk)

    clock.instant = at("03 20:40")
    asking = starts()
    asking.hears(TicketOpened, ALSO_ON_EVE)

    assert (imported.calendars, before, editions(asking)) == ([], 1, 2)
    assert asking.cycle(43).due_at == at("04 18:00")  # it began before the file asked
    assert due(follows(asking), at("03 20:50")) == at("05 18:00")


def test_an_edition_has_all_its_dates_itself(starts: Starts) -> None:
    desk = starts()
    desk.imports()
    with desk.store.writing() as session:
        session.execute(delete(HolidayRow))

    restarted = starts()
    restarted.hears(TicketOpened, EVE)

    assert restarted.cycle().due_at == at("05 18:00")


def test_the_file_s_own_dates_go_before_the_imported(starts: Starts) -> None:
    own = {"dates": {"2026-11-04": ["10:00-12:00"]}, "holidays": ["2027-02-20"]}
    desk = starts(BY_RUSSIA | own)

    desk.imports()

    assert due(follows(desk)) == at("05 16:00")
    friday_evening = datetime(2027, 2, 19, 20, tzinfo=UTC)
    assert due(desk, friday_evening) == datetime(2027, 2, 24, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "years", "details"),
    [
        ("XX", (2026, 2027), {"country": "XX"}),
        ("RU-MOW", (2026, 2027), {"country": "RU-MOW"}),
        ("RU", (1989, 1991), {"country": "RU", "years": "1989, 1990"}),
    ],
)
def test_what_the_library_does_not_know_is_refused_and_nothing_changed(
    starts: Starts, country: str, years: tuple[int, int], details: dict[str, str]
) -> None:
    desk = starts()

    with pytest.raises(HolidaysUnknown) as refusal:
        desk.imports(country, *years)

    assert refusal.value.details == details
    assert (versions(desk, country), editions(desk)) == ({}, 0)


NO_WORK = {"holidays": [f"2027-01-{day}" for day in (11, 12, 13)]}
"""With what Russia has around New Year, a fortnight without work."""


def test_an_import_that_leaves_a_calendar_without_work_is_refused_and_nothing_changed(
    starts: Starts,
) -> None:
    desk = starts(BY_RUSSIA | NO_WORK)

    with pytest.raises(CalendarNeverOpens) as refusal:
        desk.imports()

    assert refusal.value.details == {
        "matter": "calendar business: no working window in 14 days from 2026-12-31"
    }
    assert versions(desk) == {}
    desk.hears(TicketOpened, EVE)
    assert desk.cycle().due_at == at("04 18:00")
    assert editions(desk) == 1


def test_a_file_that_does_not_fit_what_was_imported_goes_by_itself_alone(starts: Starts) -> None:
    starts().imports()

    changed = starts(BY_RUSSIA | NO_WORK)
    changed.hears(TicketOpened, named(opened("03 12:00", Priority.P2), 42))

    assert changed.cycle().due_at == at("04 12:00")
    with pytest.raises(CalendarNeverOpens):
        changed.imports()
    mended = starts(BY_RUSSIA | {"holidays": ["2027-01-11"]})
    mended.hears(TicketOpened, ALSO_ON_EVE)
    assert mended.cycle(43).due_at == at("05 18:00")


def test_replicas_that_import_at_once_lose_no_year(starts: Starts) -> None:
    desks = [starts() for _ in range(4)]
    years = range(2024, 2028)

    with ThreadPoolExecutor(len(desks)) as pool:
        told = list(pool.map(lambda desk, year: desk.imports("RU", year, year), desks, years))

    assert sorted(one.version for one in told) == [1, 2, 3, 4]
    assert {row.day.year for row in versions(desks[0])[4]} == set(years)
    assert editions(desks[0]) == 5
    with desks[0].store.reading() as session:
        newest = session.get_one(EditionRow, 5).rules
    assert {day[:4] for day in newest["imported"]["RU"]["free"]} == {str(year) for year in years}


def test_replicas_that_import_the_same_at_once_make_one_version(starts: Starts) -> None:
    desks = [starts() for _ in range(4)]

    with ThreadPoolExecutor(len(desks)) as pool:
        told = list(pool.map(lambda desk: desk.imports(), desks))

    assert sorted(one.is_new for one in told) == [False, False, False, True]
    assert list(versions(desks[0])) == [1]
    assert editions(desks[0]) == 2


def test_a_start_with_a_changed_file_waits_for_the_import_in_progress(starts: Starts) -> None:
    desk, asking = starts({}), starts()
    desk.hears(TicketOpened, named(EVE, 41))
    command = ImportHolidays(command_id="c", country="RU", first_year=2026, last_year=2026)
    told = Told((Holiday(date(2026, 11, 4), "Unity Day"),), "9.9")

    with ThreadPoolExecutor(1) as pool:
        with desk.store.writing() as session:
            import_holidays(
                session, command, desk.store.now(), told=told, editions=desk.service.editions
            )
            hearing = pool.submit(asking.hears, TicketOpened, EVE)
            with pytest.raises(TimeoutError):
                hearing.result(timeout=0.3)
        hearing.result(timeout=5)

    assert asking.cycle().due_at == at("05 18:00")
    assert editions(asking) == 2


def test_replicas_that_start_with_a_changed_file_at_once_add_one_edition(starts: Starts) -> None:
    starts().imports()
    changed = [starts(first_response_minutes=60) for _ in range(2)]

    with ThreadPoolExecutor(len(changed)) as pool:
        tickets = [named(EVE, n) for n in (1, 2)]
        list(pool.map(lambda desk, ticket: desk.hears(TicketOpened, ticket), changed, tickets))

    assert editions(changed[0]) == 3
    assert {desk.cycle(n).due_at for n, desk in enumerate(changed, start=1)} == {at("05 11:00")}
