"""Files while Telegram or the store fails, or the bot dies: none is lost, no repeat is unmarked."""

from collections.abc import Iterator

import pytest

from botapi.sights import Enclosed
from contracts.vocabulary import Delivery
from tests.support.bot_desk import BotDesk
from tests.support.bot_files import asks, contents, folder, waits_for_delivery, with_files
from tests.support.bot_story import ticket_in
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramPerson
from tests.support.pictures import picture

PDF = b"%PDF-1.7 a bill"


@pytest.fixture
def troubled(desk: BotDesk) -> Iterator[BotDesk]:
    yield desk
    desk.telegram.disarm()
    if not desk.bot.is_running():
        desk.start_bot()


def test_while_telegram_does_not_give_a_file_it_is_asked_for_again_without_a_word_of_the_token(
    troubled: BotDesk, ivan: TelegramPerson
) -> None:
    troubled.telegram.refuse("getFile", 502)
    troubled.telegram.refuse("downloadFile", 500)
    troubled.telegram.cut("downloadFile")

    (sent,) = ivan.sends(Enclosed("document", PDF, "Счёт", "счёт.pdf"))

    opened = ivan.receives("принято", after=sent, within=30)
    (message,) = troubled.tickets.get_ticket(ticket_in(opened)).messages
    assert contents(troubled, message) == [PDF]
    log = troubled.bot.log.read_text(encoding="utf-8")
    assert "an update waits for a neighbour" in log
    assert SUPPORT_BOT_TOKEN not in log
    assert SUPPORT_BOT_TOKEN.partition(":")[2] not in log


def test_while_the_store_is_away_a_file_waits_and_nothing_is_lost(
    troubled: BotDesk, ivan: TelegramPerson
) -> None:
    there, away = folder(troubled), folder(troubled).with_name("away")
    if there.exists():
        there.rename(away)
    else:
        away.mkdir()
    there.write_text("a file where the folder should be")
    try:
        (sent,) = ivan.sends(Enclosed("document", b"%PDF- new", "Счёт", "счёт.pdf"))
        troubled.bot.wait_until_logged("the store of files refuses")
    finally:
        there.unlink()
        away.rename(there)

    opened = ivan.receives("принято", after=sent)
    (message,) = troubled.tickets.get_ticket(ticket_in(opened)).messages
    assert contents(troubled, message) == [b"%PDF- new"]


@pytest.mark.parametrize("point", ["sender.before_sending", "sender.after_sending"])
def test_a_crash_inside_the_sending_of_an_album_repeats_it_once_and_says_so(
    troubled: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, point: str
) -> None:
    ticket_id = asks(ivan)
    before = ivan.received()[-1]
    anna.receives("Новый тикет", f"#{ticket_id} ")  # or its sending would be what it dies of
    troubled.waits_until_all_is_sent()
    troubled.bot.stop()
    troubled.start_bot(SUPPORT_CRASH_AT=point)

    anna.sends(
        Enclosed("photo", picture(), f"/reply {ticket_id} Вот"), Enclosed("photo", picture(91))
    )
    troubled.bot.wait_until_dead()
    troubled.start_bot()

    ivan.receives("Повтор", "Ответ поддержки", after=before)
    waits_for_delivery(troubled, ticket_id, Delivery.DELIVERED)
    shown = [ivan.file_of(one) for one in with_files(ivan, before)]
    times = 1 if point == "sender.before_sending" else 2
    assert shown == [picture(), picture(91)] * times
    assert len(troubled.tickets.get_ticket(ticket_id).messages) == 2


@pytest.mark.parametrize("point", ["update.after_storing", "files.before_placing"])
def test_a_crash_before_a_file_is_kept_loses_and_doubles_nothing(
    troubled: BotDesk, ivan: TelegramPerson, point: str
) -> None:
    troubled.waits_until_all_is_sent()
    troubled.bot.stop()
    troubled.start_bot(SUPPORT_CRASH_AT=point)

    (sent,) = ivan.sends(Enclosed("document", b"%PDF- " + point.encode(), "Счёт", "счёт.pdf"))
    troubled.bot.wait_until_dead()
    troubled.start_bot()

    opened = ivan.receives("принято", after=sent)
    (message,) = troubled.tickets.get_ticket(ticket_in(opened)).messages
    assert contents(troubled, message) == [b"%PDF- " + point.encode()]
    assert len(troubled.tickets_of(ivan)) == 1
