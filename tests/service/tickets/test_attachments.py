"""Files that come with messages: named, shown to whom the ticket is shown, swept when nobody names
them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from chassis.files.store import BEGINNINGS, FileStore
from contracts.errors import AttachmentNotFound, IdempotencyKeyReused, Invalid
from contracts.tickets import (
    LARGEST_ID,
    AddedMessage,
    KeptFile,
    Person,
    TicketAnswered,
    TicketOpened,
    UserMessageAdded,
)
from services.tickets.attaching import sweep_orphans
from services.tickets.loops import SweepingFiles
from tests.support.tickets_desk import TicketsDesk

INVISIBLE = (" \n", "\u200b")


def kept(number: int = 1, name: str = "снимок.png") -> KeptFile:
    return KeptFile(key=f"{number:064x}", name=name, media_type="image/png", size=number)


def test_a_ticket_keeps_what_came_with_it_in_the_order_in_which_it_came(desk: TicketsDesk) -> None:
    ticket = desk.opens("Вот", attachments=[kept(3), kept(1), kept(2, "второй.png")])

    (message,) = ticket.messages
    assert [one.size for one in message.attachments] == [3, 1, 2]
    assert message.attachments[2].name == "второй.png"
    assert message.attachments[0].key == kept(3).key
    assert desk.shows(ticket.id) == ticket
    (opened,) = desk.told()
    assert isinstance(opened, TicketOpened)
    assert opened.message == message


def test_whoever_writes_on_and_whoever_answers_may_send_files_too(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    desk.told()

    asked = desk.writes(ticket.id, "Ещё", attachments=[kept(1), kept(1)])
    answered = desk.answers(ticket.id, "Вот инструкция", attachments=[kept(2)])

    assert [len(one.attachments) for one in desk.shows(ticket.id).messages] == [0, 2, 1]
    added, answer, *_ = desk.told()
    assert isinstance(added, UserMessageAdded)
    assert isinstance(answer, TicketAnswered)
    assert AddedMessage(**dict(added.message)) == asked
    assert answer.message == answered


@pytest.mark.parametrize("blank", ["", *INVISIBLE])
def test_a_file_may_come_without_a_word(desk: TicketsDesk, blank: str) -> None:
    desk.lets_in()

    ticket = desk.opens(blank, attachments=[kept(1), kept(2)])
    desk.writes(ticket.id, blank, attachments=[kept(1)])
    desk.answers(ticket.id, blank, attachments=[kept(1)])

    shown = desk.shows(ticket.id)
    assert (shown.description, shown.subject) == ("", "снимок.png")
    assert [one.body for one in shown.messages] == ["", "", ""]


@pytest.mark.parametrize(("text", "matter"), [("", "empty"), ("a\0b", "bad_characters")])
def test_a_word_is_needed_without_a_file_and_has_to_be_one(
    desk: TicketsDesk, text: str, matter: str
) -> None:
    desk.lets_in()
    ticket = desk.opens()
    files = [] if matter == "empty" else [kept()]

    for ask, field in (
        (lambda: desk.opens(text, attachments=files), "description"),
        (lambda: desk.writes(ticket.id, text, attachments=files), "message"),
        (lambda: desk.answers(ticket.id, text, attachments=files), "message"),
    ):
        with pytest.raises(Invalid) as refusal:
            ask()
        assert refusal.value.details == {field: matter}
    assert desk.shows(ticket.id) == ticket


def test_a_repeat_with_other_files_is_no_repeat(desk: TicketsDesk) -> None:
    first = desk.opens("Вот", command_id="c", attachments=[kept(1)])

    assert desk.opens("Вот", command_id="c", attachments=[kept(1)]) == first
    with pytest.raises(IdempotencyKeyReused):
        desk.opens("Вот", command_id="c", attachments=[kept(2)])
    with pytest.raises(IdempotencyKeyReused):
        desk.opens("Вот", command_id="c")


def test_a_file_is_shown_to_whom_its_ticket_is_shown(desk: TicketsDesk) -> None:
    (file,) = desk.opens(attachments=[kept()]).messages[0].attachments

    assert desk.shows_file(file.id) == file
    assert desk.shows_file(file.id, to="anna") == file
    with pytest.raises(AttachmentNotFound) as refusal:
        desk.shows_file(file.id, to="boris")
    assert refusal.value.details == {"attachment_id": str(file.id)}


def test_a_person_of_two_doors_sees_the_files_of_both(desk: TicketsDesk) -> None:
    ivan = Person(id="tg:2001", name="Иван", telegram_id=2001)
    (file,) = desk.opens(by=ivan, attachments=[kept()]).messages[0].attachments
    desk.opens(by=Person(id="17", name="Иван", telegram_id=2001))

    assert desk.shows_file(file.id, to="17") == file


@pytest.mark.parametrize("unknown", [0, -1, 99, LARGEST_ID, LARGEST_ID + 1])
def test_a_file_that_is_not_there_is_told_so(desk: TicketsDesk, unknown: int) -> None:
    with pytest.raises(AttachmentNotFound):
        desk.shows_file(unknown)


def test_what_no_message_names_is_swept_after_a_week(desk: TicketsDesk, tmp_path: Path) -> None:
    files = FileStore(str(tmp_path / "files"))
    named, orphan, fresh = (files.keep(text) for text in (b"named", b"orphan", b"fresh"))
    for key in (named, orphan):
        os.utime(tmp_path / "files" / key[:2] / key, (0, 0))
    png = KeptFile(key=named, name="a.png", media_type="image/png", size=5)
    desk.opens(attachments=[png])
    now = datetime.now(UTC)

    gone = sum(sweep_orphans(desk.store, files, one, now) for one in BEGINNINGS)
    soon = sum(sweep_orphans(desk.store, files, one, now + timedelta(days=6)) for one in BEGINNINGS)
    later = sum(
        sweep_orphans(desk.store, files, one, now + timedelta(days=8)) for one in BEGINNINGS
    )

    assert (gone, soon, later) == (1, 0, 1)
    assert [files.exists(key) for key in (named, orphan, fresh)] == [True, False, False]


def test_a_store_of_which_no_message_names_anything_is_not_swept(
    desk: TicketsDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty database, or another desk's, knows nothing of the files that are there."""
    files = FileStore(str(tmp_path / "files"))
    key = files.keep(b"named elsewhere")
    os.utime(tmp_path / "files" / key[:2] / key, (0, 0))
    desk.opens()

    gone = sum(sweep_orphans(desk.store, files, one, datetime.now(UTC)) for one in BEGINNINGS)

    assert gone == 0
    assert files.exists(key)
    assert "no message names any file" in capsys.readouterr().out


def test_a_store_that_is_away_keeps_no_ticket_from_being_worked_on(
    desk: TicketsDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").write_text("a file where the store should be")
    sweeping = SweepingFiles()
    sweeping.shared = SimpleNamespace(store=desk.store)
    settings = SimpleNamespace(files_at=str(tmp_path / "files"))
    sweeping.container = SimpleNamespace(config={"settings": settings})
    sweeping.setup()
    sweeping._last_run_at = float("-inf")  # not 0.0: a machine may have run for minutes
    assert sweeping.is_late()

    sweeping._run_guarded()

    assert not sweeping.is_late()
    assert "files are not swept" in capsys.readouterr().out
