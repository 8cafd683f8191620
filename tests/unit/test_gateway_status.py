"""What the public is told: kept in memory, newest first to win, honest about its age."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.catalogue import Catalogue
from contracts.desk import Desk
from contracts.incidents import ComponentView, IncidentView, StatusView, UpdateView
from services.gateway.public_status import present
from services.gateway.status_board import Knowledge, StatusBoard
from services.gateway.status_file import StatusFile
from tests.support.gateway import NOW, Gateway

TITLE = "Проблемы с оплатой <b>"


def calm(version: int = 1) -> StatusView:
    return StatusView(status="operational", updated_at=NOW, version=version)


def outage(version: int = 2, at: datetime = NOW) -> StatusView:
    update = UpdateView(status="investigating", message=TITLE, created_at=at)
    incident = IncidentView(
        id=3,
        title=TITLE,
        status="investigating",
        impact="critical",
        started_at=at,
        components=["payments"],
        updates=[update],
    )
    broken = ComponentView(id="payments", name="Payments", status="major_outage")
    return StatusView(
        status="outage",
        incident=incident,
        incidents=[incident],
        components=[broken],
        updated_at=at,
        version=version,
    )


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def test_the_newest_version_wins_in_whatever_order_they_come() -> None:
    board = StatusBoard()

    board.hear(outage(version=5), later(1))
    board.hear(calm(version=4), later(2))

    assert board.known.version == 5
    assert board.known.confirmed_at == later(1)


def test_an_answer_that_crossed_with_an_event_does_not_undo_it() -> None:
    board = StatusBoard()
    board.confirm(calm(version=4), asked_at=later(0))

    board.hear(outage(version=5), later(3))
    board.confirm(calm(version=4), asked_at=later(2))

    assert board.known.version == 5


def test_incidents_that_began_anew_are_believed() -> None:
    board = StatusBoard(Knowledge(outage(version=9), later(0)))
    board.hear(outage(version=10), later(1))

    board.confirm(calm(version=1), asked_at=later(5))

    assert board.known.version == 1


def test_a_confirmation_renews_the_age_and_not_the_facts() -> None:
    board = StatusBoard()
    board.confirm(calm(), asked_at=later(0))
    digest = board.known.digest

    board.confirm(calm(), asked_at=later(20))

    assert board.known.digest == digest
    assert board.known.age_at(later(21)) == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("seconds", "is_stale"), [(29.9, False), (30, True), (-5, False), (-30, True)]
)
def test_knowledge_is_stale_from_thirty_seconds_on(seconds: float, is_stale: bool) -> None:
    known = Knowledge(calm(), NOW)

    assert known.is_stale_at(later(seconds)) is is_stale


def test_a_clock_that_was_set_back_makes_nothing_look_fresh(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "status.json")
    file.save(Knowledge(calm(), later(3 * 3600)))
    board = StatusBoard(file.read())

    assert board.known.is_stale_at(NOW)

    board.confirm(calm(), asked_at=NOW)
    file.save(board.known)

    assert board.known.confirmed_at == NOW
    assert file.read() == board.known


def test_who_asks_again_learns_that_the_facts_have_gone_stale(
    gateway: Gateway, tmp_path: Path
) -> None:
    later_on = Gateway(tmp_path / "later")
    gateway.board.hear(calm(), datetime.now(UTC))
    later_on.board.hear(calm(), datetime.now(UTC) - timedelta(seconds=31))

    fresh = gateway.as_anyone().gets("/status/")
    again = later_on.as_anyone().gets("/status/", headers={"If-None-Match": fresh.headers["ETag"]})

    assert (fresh.status_code, fresh.get_json()["stale"]) == (200, False)
    assert (again.status_code, again.get_json()["stale"]) == (200, True)


def test_the_age_told_is_never_older_than_stale_says() -> None:
    desk = Desk(priorities=[], categories=[], calendars={})

    told = present(Knowledge(calm(), NOW), later(29.96), desk, Catalogue.read("en", "gateway"))

    assert (told.age_seconds, told.stale) == (29.9, False)


def test_before_anything_is_known_it_does_not_cry_wolf_and_says_so(gateway: Gateway) -> None:
    told = gateway.as_anyone().gets("/status/").json

    assert told is not None
    assert (told["status"], told["stale"]) == ("operational", True)
    assert (told["updated_at"], told["age_seconds"], told["incident"]) == (None, None, None)
    assert {each["status"] for each in told["components"]} == {"operational"}


def test_an_outage_is_told_whole(gateway: Gateway) -> None:
    gateway.board.hear(outage(), NOW)

    told = gateway.as_anyone().gets("/status/", headers={"Accept-Language": "en"}).json

    assert told is not None
    assert (told["status"], told["message"]) == ("outage", TITLE)
    assert told["incident"] == told["incidents"][0]
    assert told["incident"]["updates"][0]["message"] == TITLE
    assert told["components"] == [{"id": "payments", "name": "Payments", "status": "major_outage"}]
    assert told["updated_at"] == "2026-03-02T09:00:00.000Z"


def test_the_same_facts_have_the_same_etag_everywhere_and_are_not_sent_twice(
    gateway: Gateway, tmp_path: Path
) -> None:
    other = Gateway(tmp_path / "other")
    gateway.board.hear(outage(), later(0))
    other.board.confirm(outage(), asked_at=later(9))

    first = gateway.as_anyone().gets("/status/")
    again = other.as_anyone().gets("/status/", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == "public, max-age=2, stale-while-revalidate=30"
    assert again.status_code == 304
    assert again.headers["ETag"] == first.headers["ETag"]
    gateway.board.hear(calm(version=3), later(10))
    assert gateway.as_anyone().gets("/status/").headers["ETag"] != first.headers["ETag"]


def test_the_page_tells_the_story_escaped_and_loads_nothing(gateway: Gateway) -> None:
    gateway.board.hear(outage(), NOW)

    for language, words in (("ru", "Выясняем"), ("en", "Investigating")):
        page = gateway.as_anyone().gets("/status", query_string={"lang": language})

        assert words in page.text
        assert "Проблемы с оплатой &lt;b&gt;" in page.text
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert 'src="' not in page.text
        assert "http://" not in page.text
        assert "https://" not in page.text


def test_the_page_says_when_it_may_be_out_of_date(gateway: Gateway) -> None:
    gateway.board.hear(calm(), NOW)

    assert "могли устареть" in gateway.as_anyone().gets("/status").text


def test_what_was_saved_is_known_after_a_restart(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "gateway" / "status.json")

    file.save(Knowledge(outage(), NOW))

    assert StatusFile(tmp_path / "gateway" / "status.json").read() == Knowledge(outage(), NOW)
    assert [each.name for each in (tmp_path / "gateway").iterdir()] == ["status.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff", b"null"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "status.json"
    path.write_bytes(content)

    assert StatusFile(path).read() is None
    StatusFile(path).save(Knowledge(calm(), NOW))
    assert StatusFile(path).read() is not None


def test_a_worker_that_knows_less_does_not_overwrite_the_file(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "status.json")
    newer = Knowledge(outage(version=5), NOW)
    file.save(newer)

    file.save(Knowledge(calm(version=4), later(5)))
    assert file.read() == newer

    confirmed = replace(newer, confirmed_at=later(11))
    file.save(confirmed)
    assert file.read() == confirmed


def test_a_disk_that_fails_is_survived(tmp_path: Path) -> None:
    (tmp_path / "gateway").write_text("a file where a directory should be")

    StatusFile(tmp_path / "gateway" / "status.json").save(Knowledge(calm(), NOW))
