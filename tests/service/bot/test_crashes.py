"""The bot is killed at its worst moments, its neighbours go away: nothing lost or doubled."""

from time import monotonic

import pytest

from contracts.tickets import Person
from contracts.vocabulary import Delivery
from services.bot.letters import Letter
from services.bot.markup import Html
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.measured import Tell
from tests.support.pictures import picture
from tests.support.waiting import wait_until

STOP_SECONDS = 10


def crash_at(desk: BotDesk, point: str) -> None:
    """From now on the bot dies when it passes this point."""
    desk.waits_until_all_is_sent()
    desk.bot.stop()
    desk.start_bot(SUPPORT_CRASH_AT=point)


@pytest.mark.parametrize("point", ["update.before_storing", "update.after_storing"])
def test_a_crash_around_storing_loses_and_doubles_no_message(
    crashing: BotDesk, ivan: TelegramPerson, point: str
) -> None:
    crash_at(crashing, point)

    ivan.says("Не потеряйте меня")
    crashing.bot.wait_until_dead()
    crashing.start_bot()

    opened = ivan.receives("принято")
    assert [ticket.id for ticket in crashing.tickets_of(ivan)] == [ticket_in(opened)]
    assert len(crashing.tickets.get_ticket(ticket_in(opened)).messages) == 1


def test_a_message_that_ends_the_bot_each_time_is_let_be_and_its_writer_told(
    crashing: BotDesk, ivan: TelegramPerson
) -> None:
    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    deadly = ivan.says("Смертельное")
    for _ in range(5):
        crashing.bot.start(SUPPORT_CRASH_AT="update.before_handling")
        crashing.bot.wait_until_dead()

    crashing.start_bot(SUPPORT_CRASH_AT="update.before_handling")

    told = ivan.receives("Обработать это не получилось", after=deadly)
    assert told.reply_to == deadly.id
    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    crashing.start_bot()
    ivan.receives("принято", after=ivan.says("Другими словами"))
    (ticket,) = crashing.tickets_of(ivan)
    assert [one.body for one in crashing.tickets.get_ticket(ticket.id).messages] == [
        "Другими словами"
    ]


def test_whoever_wrote_beside_a_message_that_ends_the_bot_is_not_taken_for_it(
    crashing: BotDesk, ivan: TelegramPerson
) -> None:
    maria = crashing.user("Мария")
    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    crashing.services["tickets"].freeze()  # so that both are in hand until the end
    deadly, harmless = ivan.says("Смертельное"), maria.says("Безобидное")
    for deaths in range(1, 6):
        crashing.bot.start()
        wait_until(lambda times=deaths: crashing.begun(ivan) == times)
        crashing.bot.kill()

    crashing.bot.start()

    ivan.receives("Обработать это не получилось", after=deadly)
    crashing.services["tickets"].thaw()
    maria.receives("принято", after=harmless)


@pytest.mark.parametrize("point", ["sender.before_sending", "sender.after_sending"])
def test_a_crash_inside_a_send_repeats_it_once_and_says_so(
    crashing: BotDesk, ivan: TelegramPerson, point: str
) -> None:
    crash_at(crashing, point)

    ivan.says("/help")
    crashing.bot.wait_until_dead()
    crashing.start_bot()

    repeat = ivan.receives("станет обращением", "Повтор")
    said = ivan.says("/status")
    ivan.receives("работают", after=said)
    answers = [message for message in ivan.received() if "станет обращением" in message.text]
    assert len(answers) == (1 if point == "sender.before_sending" else 2)
    assert answers[-1].id == repeat.id


def test_the_bot_ends_in_time_although_telegram_hangs_and_sends_once_more_with_a_mark(
    crashing: BotDesk, ivan: TelegramPerson, record_property: Tell
) -> None:
    crashing.waits_until_all_is_sent()
    crashing.telegram.forget_calls()
    crashing.telegram.hang("sendMessage", 60, chat_id=ivan.id)
    said = ivan.says("/help")
    crashing.telegram.wait_for_calls("sendMessage")

    began = monotonic()
    assert crashing.bot.stop() == 0
    took = monotonic() - began
    crashing.telegram.disarm()
    crashing.start_bot()

    record_property("ended", f"{took:.1f} s ({STOP_SECONDS})")
    assert took < STOP_SECONDS
    ivan.receives("станет обращением", "Повтор", after=said)


@pytest.mark.parametrize("point", ["sender.before_sending", "sender.after_sending"])
def test_a_crash_inside_the_sending_of_a_picture_repeats_it_once_and_says_so(
    crashing: BotDesk, anna: TelegramPerson, point: str
) -> None:
    before = anna.received()[-1]
    crash_at(crashing, point)

    crashing.puts_in_outbox(Letter(anna.id, Html("Показатели"), photo=picture()))
    crashing.bot.wait_until_dead()
    crashing.start_bot()

    repeat = anna.receives("Повтор", "Показатели", after=before)
    crashing.waits_until_all_is_sent()
    seen = [message for message in anna.received() if message.id > before.id and message.photo]
    assert len(seen) == (1 if point == "sender.before_sending" else 2)
    assert seen[-1].id == repeat.id
    assert all(crashing.photo_of(anna, message) == picture() for message in seen)


def test_a_picture_that_telegram_refuses_leaves_its_text_at_the_chats_pace(
    crashing: BotDesk, anna: TelegramPerson
) -> None:
    before = anna.received()[-1]
    crashing.telegram.refuse("sendPhoto", 429, retry_after=2, chat_id=anna.id)
    crashing.telegram.refuse("sendPhoto", 400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")

    crashing.puts_in_outbox(Letter(anna.id, Html("Показатели"), photo=b"no picture"))

    told = anna.receives("Показатели", after=before)
    assert told.photo is None
    held, refused = crashing.telegram.calls("sendPhoto", chat_id=anna.id)[-2:]
    assert (held.status, refused.status) == (429, 400)
    assert refused.at - held.at >= 2


def test_a_message_waits_for_a_desk_that_is_down(crashing: BotDesk, ivan: TelegramPerson) -> None:
    crashing.services["tickets"].kill()

    ivan.says("Раз")
    ivan.says("Два")
    crashing.telegram.wait_until_confirmed()
    crashing.services["tickets"].start()

    opened = ivan.receives("принято", within=30)
    ivan.receives("Добавлено", after=opened, within=10)
    ticket = crashing.tickets.get_ticket(ticket_in(opened))
    assert [message.body for message in ticket.messages] == ["Раз", "Два"]


def test_a_message_that_followed_a_merge_is_written_once_though_handled_again(
    crashing: BotDesk, ivan: TelegramPerson
) -> None:
    opened = ivan.receives("принято", after=ivan.says("Раз"))
    first = ticket_in(opened)
    second, third = (
        crashing.opens_in_app(text, by=as_app_user(ivan)).id for text in ("Два", "Три")
    )
    crashing.merges(first, second)
    told = ivan.receives(f"добавлено к №{second}", after=ivan.says("Ещё", reply_to=opened))

    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    crashing.merges(second, third)
    crashing.forgets_the_end_of_the_last_update()
    crashing.start_bot()
    ivan.receives("Добавлено", f"№{second}", after=told)

    said = [crashing.tickets.get_ticket(one).messages for one in (first, second, third)]
    assert [one.body for messages in said for one in messages].count("Ещё") == 1
    assert len(crashing.tickets_of(ivan)) == 3


def as_app_user(person: TelegramPerson) -> Person:
    """The same person, in the app."""
    return Person(id=f"app-of-{person.id}", name="Иван", telegram_id=person.id)


def test_an_answer_whose_fate_is_unknown_is_repeated_once_and_counts_as_delivered(
    crashing: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ivan.says("Вопрос")
    ticket_id = ticket_in(ivan.receives("принято"))
    crashing.telegram.cut("sendMessage", chat_id=ivan.id)

    said = anna.says(f"/reply {ticket_id} Ответ")

    ivan.receives("Повтор", "Ответ поддержки", within=10)
    anna.receives(f"#{ticket_id}", after=said, within=10)
    answers = [message for message in ivan.received() if "Ответ поддержки" in message.text]
    assert len(answers) == 2
    crashing.telegram.wait_until(
        lambda: crashing.tickets.get_ticket(ticket_id).messages[-1].delivery == Delivery.DELIVERED,
        10,
        "the delivery",
    )


def test_a_chat_that_has_to_wait_holds_up_no_other(crashing: BotDesk, ivan: TelegramPerson) -> None:
    olga = crashing.user("Ольга")
    crashing.telegram.refuse("sendMessage", 429, retry_after=3, chat_id=ivan.id)

    ivan.says("Подождите меня")
    crashing.telegram.wait_for_calls("sendMessage", chat_id=ivan.id)
    olga.says("А я не жду")

    hers = olga.receives("принято")
    his = ivan.receives("принято", within=10)
    assert his.sent_at - hers.sent_at > 0.5
    assert len(ivan.received()) == 1


def test_many_notices_that_waited_become_one_digest(
    crashing: BotDesk, anna: TelegramPerson
) -> None:
    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    tickets = [crashing.opens_in_app(f"Накопившийся {number}") for number in range(14)]
    before = anna.received()[-1]

    crashing.start_bot()

    anna.receives("Накопилось", after=before, within=15)
    crashing.waits_until_all_is_sent()
    told = [message.text for message in anna.received() if message.id > before.id]
    assert len(told) < 14
    assert all(f"/view_{ticket.id}" in "\n".join(told) for ticket in tickets)


def test_an_event_that_was_missed_is_heard_after_a_kill(
    crashing: BotDesk, anna: TelegramPerson
) -> None:
    crashing.bot.kill()
    ticket = crashing.opens_in_app("Пока бот лежал")

    crashing.start_bot()

    anna.receives(f"{ticket.id}", "Пока бот лежал", within=15)
