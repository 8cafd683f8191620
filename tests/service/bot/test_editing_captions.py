"""Edits of the words under files: alone, in an album, beside files that were not kept."""

import pytest
from sqlalchemy import update

from botapi.sights import Enclosed
from services.bot.models import StoredUpdate
from tests.service.bot.test_files_taken_in import photo
from tests.service.bot.test_worker import Bench, bench
from tests.support.bot_desk import BotDesk
from tests.support.bot_rows import IVAN
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.pictures import picture
from tests.support.waiting import wait_until

__all__ = ["bench"]


def describes(desk: BotDesk, ticket_id: int, words: str) -> None:
    wait_until(
        lambda: desk.tickets.get_ticket(ticket_id).description == words, 15, f"not {words!r}"
    )


def test_words_come_under_the_photo_that_opened_a_request_and_go_again(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    (sent,) = ivan.sends(Enclosed("photo", picture()))
    ticket_id = ticket_in(ivan.receives("принято", after=sent))

    ivan.edits(sent, "Вот экран")
    describes(desk, ticket_id, "Вот экран")
    assert desk.tickets.get_ticket(ticket_id).subject == "Вот экран"

    ivan.edits(sent, "")
    describes(desk, ticket_id, "")
    assert len(desk.tickets.get_ticket(ticket_id).messages[0].attachments) == 1


def test_an_edit_under_one_photo_of_an_album_changes_its_words_alone(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    first, second, third = ivan.sends(
        Enclosed("photo", picture(90), "Три экрана"),
        Enclosed("photo", picture(91)),
        Enclosed("photo", picture(92), "Третий"),
    )
    ticket_id = ticket_in(ivan.receives("принято", after=first))

    ivan.edits(second, "Второй")
    describes(desk, ticket_id, "Три экрана\nВторой\nТретий")
    ivan.edits(third, "")
    describes(desk, ticket_id, "Три экрана\nВторой")
    ivan.edits(first, "Два экрана")
    describes(desk, ticket_id, "Два экрана\nВторой")

    (message,) = desk.tickets.get_ticket(ticket_id).messages
    assert len(message.attachments) == 3


def test_what_was_not_kept_is_told_after_an_edit_too(bench: Bench) -> None:
    bench.files.lost["a"] = "kind"
    bench.writes(IVAN, **photo(caption="Вот"))
    bench.works(lambda: bench.said("принято"))
    bench.edits(IVAN, 1, **photo(caption="Вот экран"))

    bench.works(lambda: bool(bench.tickets.edited))

    (command,) = bench.tickets.edited.values()
    words, lost = command.body.split("\n")
    assert (words, lost.startswith("[Файл «photo» не сохранён")) == ("Вот экран", True)


def test_edits_that_come_the_wrong_way_round_say_what_the_later_said(bench: Bench) -> None:
    bench.writes(IVAN, text="Раз")
    bench.works(lambda: bench.said("принято"))
    bench.edits(IVAN, 1, text="Три", edit_date=3)
    bench.edits(IVAN, 1, text="Два", edit_date=2)

    bench.works(lambda: len(bench.tickets.edited) == 2)

    assert [command.body for command in bench.tickets.edited.values()] == ["Три", "Три"]


@pytest.mark.parametrize("album", [None, "g"])
def test_an_edit_of_what_is_forgotten_tells_of_a_message_but_not_of_an_album(
    bench: Bench, album: str | None
) -> None:
    more = {"media_group_id": album} if album else {}
    bench.writes(IVAN, **photo("1", caption="Раз", **more))
    if album:
        bench.writes(IVAN, **photo("2", **more))
    bench.works(lambda: bench.said("принято") and bench.rows_settled())
    with bench.rows.store.writing() as session:
        session.execute(update(StoredUpdate).values(body="{}"))
    bench.edits(IVAN, 1, **photo("1", caption="Два", **more))

    bench.works(bench.rows_settled)

    assert [command.body for command in bench.tickets.edited.values()] == ([] if album else ["Два"])
    assert bench.said("Не нашли в обращениях") == bool(album)
