"""A day of made-up people at a desk that runs; what is worth a picture goes into the album.

Its order matters: each act begins with what the one before has left.
"""

from collections.abc import Callable
from pathlib import Path

from botapi.sights import Enclosed
from docs.drawing import clockwork, colleagues, evening, outages, users
from docs.drawing.album import Album
from docs.drawing.scenery import screenshot
from docs.drawing.stage import ENOUGH_FOR_A_SUSPICION, START, Day
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import SUPPORT_BOT, running_telegram
from tests.support.running_desk import AGENT_ID, OTHER_AGENT_ID, RunningDesk
from tests.support.story import app_user

GROUP = -1_000_000_004_711


def played(directory: Path, amqp_url: str) -> Album:
    """The whole day, on a desk of its own that keeps its data in the directory."""
    with running_telegram() as telegram:
        desk = RunningDesk(directory, amqp_url, telegram, {})
        album = Album(telegram, SUPPORT_BOT)
        try:
            START.set(desk, album)
            desk.up()
            _play(desk, album)
        finally:
            desk.down()
    return album


def _play(desk: RunningDesk, album: Album) -> None:
    day = Day(desk, album)
    acts: list[Callable[[Day], None]] = [
        _a_request,
        _its_answer,
        _its_end,
        _the_queue,
        _deadlines,
        _an_outage,
        _by_mistake,
        *evening.ACTS,
        _hours,
        _an_account,
        *users.ACTS,
        *colleagues.ACTS,
        *outages.ACTS,
        *clockwork.ACTS,
        *outages.LAST_ACTS,
        _the_group,
        _long_afterwards,
    ]
    for act in acts:
        act(day)


def _a_request(day: Day) -> None:
    ivan, anna = day.ivan, day.anna
    said = ivan.says("Оплатил курс, а доступа нет. Деньги списались дважды!")
    opened = ivan.receives("принято", after=said)
    number = ticket_in(opened)
    notice = anna.receives("Новый тикет", f"#{number} ")
    day.shows("new-ticket", anna, notice)
    press(ivan, opened, "Оплата")
    press(ivan, opened, "Не могу")
    day.desk.telegram.wait_for_message(
        ivan.id,
        lambda one: (
            one.id == opened.id
            and one.button("✓ Не могу") is not None
            and one.button("✓ Оплата") is not None
        ),
        bot=ivan.bot,
    )
    day.shows("opening", ivan, said, opened)
    day.shows("raised", anna, anna.receives("не может пользоваться", after=notice))
    press(anna, notice, "Взять")
    day.face(anna, notice, "Анна")
    day.shows("card", anna, notice)


def _its_answer(day: Day) -> None:
    ivan, anna = day.ivan, day.anna
    card = anna.receives("Оплатил курс")
    number = ticket_in(card)
    day.asks("note", anna, f"/note {number} Второй платёж вижу в кабинете банка", "Заметка")
    press(anna, card, "Заготовки")
    press(anna, card, "Уже смотрим")
    day.face(anna, card, "Здравствуйте, Иван")
    day.shows("canned", anna, card)
    press(anna, card, "Назад")
    press(anna, card, "Назад")
    day.asks(
        "reply", anna, f"/reply {number} Здравствуйте! Лишний платёж вернём сегодня.", "доставлен"
    )
    (sent,) = anna.sends(
        Enclosed("photo", screenshot(), "Доступ открыт, курс теперь здесь."), reply_to=card
    )
    anna.receives("доставлен", after=sent)
    answers = [one for one in ivan.received() if "платёж" in one.text or "Доступ" in one.text]
    day.shows("answer", ivan, *answers[-2:])
    day.asks("thread", anna, f"/view_{number}", "Доступ открыт")
    day.asks("assign", anna, f"/assign {number} Борис", "Борис")
    day.shows("assigned", day.boris, day.boris.receives(f"#{number} ", "Анна"))


def _its_end(day: Day) -> None:
    ivan, boris = day.ivan, day.boris
    card = boris.receives("Оплатил курс")
    press(boris, card, "Решён")
    over = ivan.receives("Всё ли")
    day.shows("solved", ivan, over)
    press(ivan, over, "✅ Решено")
    press(ivan, over, "5 ★")
    day.face(ivan, over, "Спасибо")
    day.shows("rating", ivan, over)


def _the_queue(day: Day) -> None:
    anna = day.anna
    maria = app_user(day.desk, "Мария")
    asked = [
        ("Не могу войти: код из SMS не приходит", "login", "blocked"),
        ("Запись вчерашнего урока без звука", "recording", "workaround"),
        ("Как перенести оплату на другую карту?", "payment", "question"),
    ]
    numbers = []
    for text, category, impact in asked:
        numbers.append(maria.opens_ticket(text, category=category, impact=impact)["id"])
        anna.receives("Новый тикет", text)
    anna.receives(f"#{numbers[1]}", after=anna.says(f"/take {numbers[1]}"))
    day.asks("tickets", anna, "/tickets", "Открытые")
    day.asks("my", anna, "/my", f"/view_{numbers[1]}")
    day.asks("find", anna, "/find оплат", "оплату")


def _deadlines(day: Day) -> None:
    anna = day.anna
    later = {0.25: "Zoom пишет «неверный пароль»", 0.4: "Урок не начинается, экран пустой"}
    for hours, text in later.items():
        START.set(day.desk, day.album, hours)
        app_user(day.desk, "Олег").opens_ticket(text, category="zoom", impact="blocked")
        anna.receives("Новый тикет", text)
    START.set(day.desk, day.album, 1.75)
    warned = anna.receives("Скоро срок", "Не могу войти", within=60)
    day.shows("warning", anna, warned)
    START.set(day.desk, day.album, 2.3)
    breached = anna.receives("SLA нарушен", "Не могу войти", after=warned, within=60)
    day.shows("breach", anna, breached)
    press(anna, breached, "Почему такой срок")
    day.shows("why", anna, anna.receives("Почему такой срок", after=breached))
    day.asks("sla", anna, "/sla", "Просрочены")
    day.asks("stats", anna, "/stats", "Поддержка за 30 дней")


def _an_outage(day: Day) -> None:
    anna, olga = day.anna, day.olga
    before = anna.received()[-1]
    for _ in range(ENOUGH_FOR_A_SUSPICION):
        app_user(day.desk, "Ученик").opens_ticket("Видео не грузится", category="zoom")
    suspected = anna.receives("Похоже на сбой", after=before, within=60)
    day.shows("suspicion", anna, suspected)
    day.shows("digest", anna, anna.receives("Накопилось", after=before, within=60))
    press(anna, suspected, "Объявить инцидент")
    day.face(anna, suspected, "объявлен")
    day.shows("incident", anna, suspected)
    late = day.boris.receives("Похоже на сбой")
    press(day.boris, late, "Объявить инцидент")
    day.face(day.boris, late, "Уже объявлен")
    day.shows("answered", day.boris, late)
    said = olga.says("Не открывается видео на уроке")
    opened = olga.receives("принято", after=said)
    known = olga.receives("знаем", after=said)
    day.shows("known-incident", olga, *{said.id: said, opened.id: opened, known.id: known}.values())
    card = anna.receives(f"#{ticket_in(opened)} ", after=anna.says(f"/view_{ticket_in(opened)}"))
    press(anna, card, "Связать с инцидентом")
    day.face(anna, card, "связан с инцидентом")
    day.shows("linked-ticket", anna, card)
    day.asks("update", anna, "/update Нашли причину: перегружен сервер видео", "Опубликовано")
    day.shows("news", olga, olga.receives("Нашли причину"))
    day.asks("resolve", anna, "/resolve Видео снова работает", "заверш")
    day.shows("over", olga, olga.receives("Видео снова работает"))


def _by_mistake(day: Day) -> None:
    anna = day.anna
    START.set(day.desk, day.album, 3)
    said = anna.says("/incident Не туда написал")
    declared = anna.receives("объявлен", after=said)
    press(anna, declared, "Отменить")
    day.face(anna, declared, "отозван")
    day.shows("undo", anna, said, declared)
    press(anna, declared, "Кто что делал")
    day.shows("trail", anna, anna.receives("кто что делал", after=declared))


def _hours(day: Day) -> None:
    day.asks("duty", day.anna, "/duty on", "смене")
    day.asks("quiet", day.anna, "/quiet 22:00-08:00", "22:00")


def _an_account(day: Day) -> None:
    answer = app_user(day.desk, "Пётр Сидоров").asks("POST", "/telegram/link/")
    link = answer.json()["url"].partition("?start=")[2]
    said = day.petr.says(f"/start {link}")
    asked = day.petr.receives("Связать этот Telegram", after=said)
    day.shows("link", day.petr, asked)
    press(day.petr, asked, "Да")
    day.face(day.petr, asked, "Готово")
    day.shows("linked", day.petr, asked)


def _the_group(day: Day) -> None:
    telegram = day.desk.telegram
    telegram.add_group(
        GROUP,
        "Поддержка: сотрудники",
        people=[AGENT_ID, OTHER_AGENT_ID],
        bots=[SUPPORT_BOT],
        is_forum=True,
        managers=[SUPPORT_BOT],
    )
    day.desk.stop("bot")
    day.desk.start("bot", SUPPORT_AGENTS_CHAT_ID=str(GROUP))
    telegram.wait_for_calls("getChatMember", within=60)
    number = ticket_in(
        day.petr.receives("принято", after=day.petr.says("Не вижу домашнее задание"))
    )
    card = telegram.wait_for_message(
        GROUP, lambda one: f"#{number} " in one.text, bot=SUPPORT_BOT, within=30
    )
    reply = telegram.say(AGENT_ID, "Уже смотрю!", bot=SUPPORT_BOT, chat_id=GROUP, reply_to=card.id)
    assert reply is not None
    told = telegram.wait_for_message(
        GROUP, lambda one: one.id > reply.id and "доставлен" in one.text, bot=SUPPORT_BOT
    )
    topic = next(
        one.name for one in telegram.topics(GROUP, bot=SUPPORT_BOT) if one.id == card.topic
    )
    day.album.shoot("group", AGENT_ID, card, reply, told, chat_id=GROUP, title=topic)
    day.boris.says(f"/reply {number} Задание появится через час.")
    answered = telegram.wait_for_message(
        GROUP, lambda one: "Борис отвечает" in one.text, bot=SUPPORT_BOT, within=30
    )
    day.album.shoot("group-answer", AGENT_ID, answered, chat_id=GROUP, title=topic)
    telegram.remove_bot(GROUP, AGENT_ID, bot=SUPPORT_BOT)
    day.shows("group-trouble", day.anna, day.anna.receives("не доходят", within=60))


def _long_afterwards(day: Day) -> None:
    """Whoever comes back to a request that is closed for good opens another."""
    START.set(day.desk, day.album, 9 * 24 + 3)
    first = day.ivan.receives("Обращение №1")
    said = day.ivan.says("Доступ снова пропал", reply_to=first)
    day.shows("after-closed", day.ivan, said, day.ivan.receives("уже закрыто", after=said))
