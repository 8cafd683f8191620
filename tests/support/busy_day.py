"""A day on which everything happens that a desk tells of, and how it stands in the end."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, text

from chassis.broker.publishing import ConfirmingPublisher, Letter
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import SUPPORT_BOT, TelegramPerson, TelegramWorld
from tests.support.running_desk import AGENT_ID, OTHER_AGENT_ID, RunningDesk
from tests.support.story import admin, app_user, public_status, ticket_named_in
from tests.support.waiting import wait_until

WARNED_SECONDS, CLIMBED_SECONDS, IN_TIME_SECONDS = 100 * 60.0, 112 * 60.0, 105 * 60.0
LATE_SECONDS = 130 * 60.0
SURGE = 20
"""So many people in ten minutes are asked about on a desk that is new."""
WORK_MINUTES = (60, 115)
"""From when to when work is planned: begun when people are warned, and over in the end."""
STARTED, ENDED = "работы начались", "работы закончены"
SILENT = "а её всё нет"
ZONE = ZoneInfo("Europe/Moscow")
BORIS, VERA, GALYA = 900_301, 900_302, 900_303
PEOPLE = {
    AGENT_ID: "Мария",
    OTHER_AGENT_ID: "Пётр",
    BORIS: "Борис",
    GALYA: "Галя",
    VERA: "Вера",
}
CLOCKS = text(
    "SELECT ticket_id, metric, n, state, due_at, achieved_at, breached_at, cause FROM cycles"
    " ORDER BY ticket_id, metric, n"
)
WEEKS_AGO = text("UPDATE tickets SET resolved_at = resolved_at - interval '3 weeks' WHERE id = :id")


class BusyDay:
    """The people, and what each of them does."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk = desk
        self.anna, self.gleb = app_user(desk, "Анна"), app_user(desk, "Глеб")
        self.maria, self.peter, self.boris, self.galya, self.vera = all_come(desk.telegram)

    def passes(self) -> None:
        self._tickets_from_the_app()
        self._tickets_from_telegram()
        self._incidents()
        self._planned_work()
        self._time_runs_out()
        self._many_write_at_once()
        self._a_resolved_ticket_outlives_its_days()
        self._a_message_cannot_be_read()

    def _tickets_from_the_app(self) -> None:
        urgent = self.anna.opens_ticket("Не могу войти", impact="blocked", category="login")
        card = self.maria.receives("Новый тикет", f"#{urgent['id']} ")
        press(self.maria, card, "Взять")
        answered = self.maria.says(f"/reply {urgent['id']} Уже смотрим")
        self.maria.receives("доставлен", after=answered)
        press(self.maria, card, "Решён")
        self.anna.sees(urgent["id"], "resolved", status="resolved")
        self.anna.writes(urgent["id"], "Нет, всё ещё не могу")
        self.maria.receives("написал снова", f"#{urgent['id']} ")

        slow = self.gleb.opens_ticket("Не видно оценок")
        card = self.peter.receives("Новый тикет", f"#{slow['id']} ")
        press(self.peter, card, "Приоритет")
        press(self.peter, card, "P0")
        self.gleb.sees(slow["id"], "P0", priority="P0")
        self._hand_over(slow["id"])

        again = self.gleb.opens_ticket("Оценок всё ещё не видно")
        self.maria.receives("Новый тикет", f"#{again['id']} ")
        merged = self.maria.says(f"/merge {again['id']} {slow['id']}")
        self.maria.receives("объединён с", after=merged)

    def _hand_over(self, ticket_id: int) -> None:
        noted = self.maria.says(f"/note {ticket_id} Видно только завучу")
        self.maria.receives("сохранена", after=noted)
        assigned = self.maria.says(f"/assign {ticket_id} Пётр")
        self.maria.receives(f"#{ticket_id}", after=assigned)

    def _tickets_from_telegram(self) -> None:
        asked = self.boris.says("Где ссылка на занятие?")
        opened = self.boris.receives("принято", after=asked)
        number = ticket_named_in(self.maria.receives("Где ссылка на занятие?"))
        press(self.boris, opened, "Уроки")
        answered = self.maria.says(f"/reply {number} Вот она")
        self.boris.receives("Вот она", after=opened)
        self.maria.receives("доставлен", after=answered)
        thanked = self.boris.says("Спасибо, открылась")
        self.maria.receives("Спасибо, открылась")
        self.boris.edits(thanked, "Спасибо, всё открылось")
        self.maria.receives("исправил сообщение", f"#{number} ")

        asked = self.vera.says("Верните деньги")
        self.vera.receives(after=asked)
        number = ticket_named_in(self.maria.receives("Верните деньги"))
        self.vera.blocks_the_bot()
        self.peter.says(f"/reply {number} Вернули")
        self.peter.receives("не доставлен", f"#{number}")

    def _incidents(self) -> None:
        said = self.maria.says("/incident Платежи не проходят")
        declared = self.maria.receives("объявлен", "Платежи не проходят", after=said)
        press(self.maria, declared, "серьёзное")
        self.galya.says("Карту не принимает")
        number = ticket_named_in(self.maria.receives("Карту не принимает"))
        self._link(number)
        self.galya.receives("мы уже знаем")
        self.maria.says("/update Нашли причину")
        self.peter.receives("Нашли причину")
        said = self.maria.says("/resolve Платежи работают")
        resolved = self.maria.receives("завершён", "Платежи не проходят", after=said)
        self.galya.receives("Платежи работают")
        press(self.maria, resolved, "Вернулось")
        back = self.peter.receives("снова открыт", "Платежи не проходят")
        self.peter.says("/resolve Теперь точно")
        self.peter.receives("завершён", after=back)
        self.galya.receives("Теперь точно")
        said = self.peter.says(f"/postmortem {ticket_in(declared)} У банка истёк сертификат")
        self.peter.receives("Разбор причин опубликован", after=said)
        said = self.peter.says("/incident Показалось")
        declared = self.peter.receives("объявлен", "Показалось", after=said)
        self._link(number)
        press(self.peter, declared, "Отменить")
        self.maria.receives("отозван", "Показалось")

    def _planned_work(self) -> None:
        day = datetime.now().astimezone().date() + timedelta(days=3)
        said = self.maria.says(f"/maintenance {day:%d.%m} 10:00-11:00 Меняем диски")
        card = self.maria.receives("Меняем диски", after=said)
        press(self.maria, card, "Оплата")
        press(self.maria, card, "Отменить работы")
        now = datetime.now(ZONE)
        begin, end = (f"{now + timedelta(minutes=after):%H:%M}" for after in WORK_MINUTES)
        said = self.peter.says(f"/maintenance {begin}-{end} Меняем кабель")
        self.peter.receives("Меняем кабель", after=said)

    def _link(self, ticket_id: int) -> None:
        said = self.maria.says(f"/link {ticket_id}")
        self.maria.receives(f"#{ticket_id} связан с инцидентом", after=said)

    def _time_runs_out(self) -> None:
        late = self.gleb.opens_ticket("Никто не ответит", impact="blocked")
        said = self.maria.says("/incident Никто ничего не скажет")
        self.maria.receives("объявлен", after=said)
        self._desk.set_clock(WARNED_SECONDS)
        self.maria.receives("Скоро срок SLA", f"#{late['id']} ")
        self.maria.receives("Меняем кабель", STARTED)
        self.maria.receives(SILENT, "Никто ничего не скажет")
        said = self.peter.says("/resolve Само прошло")
        self.peter.receives("завершён", after=said)
        self._desk.set_clock(CLIMBED_SECONDS)
        self.maria.receives("вот-вот будет нарушен", f"#{late['id']} ")
        self._desk.set_clock(LATE_SECONDS)
        self.maria.receives("SLA нарушен", f"#{late['id']} ")
        self.maria.receives("Меняем кабель", ENDED)
        self._desk.set_clock(IN_TIME_SECONDS)  # of an answer that sla hears of too late
        self.peter.says(f"/reply {late['id']} Уже смотрим")
        self.maria.receives("Нарушения SLA не было", f"#{late['id']} ")
        self._desk.set_clock(LATE_SECONDS)

    def _many_write_at_once(self) -> None:
        for number in range(SURGE):
            app_user(self._desk, f"Ученик {number}").opens_ticket("Пусто", category="recording")
        self.maria.receives("Похоже на сбой")

    def _a_resolved_ticket_outlives_its_days(self) -> None:
        """A clock moved by weeks would let everything else run out as well."""
        ticket = self.gleb.opens_ticket("Уже разобрался")["id"]
        self.maria.says(f"/close {ticket}")
        self.gleb.sees(ticket, "resolved", status="resolved")
        engine = create_engine(self._desk.databases["tickets"])
        with engine.begin() as connection:
            connection.execute(WEEKS_AGO, {"id": ticket})
        engine.dispose()
        self._desk.stop("tickets")
        self._desk.start_and_wait("tickets")  # a round of closing is the first thing that it does
        self.gleb.sees(ticket, "closed", status="closed")

    def _a_message_cannot_be_read(self) -> None:
        """Sent to one queue only: it is no event, and what is told again later is none of it."""
        publisher = ConfirmingPublisher(self._desk.amqp_url)
        publisher.publish(Letter("sla.hear_opened", b"{", str(uuid4())))
        publisher.close()
        self.maria.receives("не смог обработать", "sla.hear_opened")


def all_come(telegram: TelegramWorld) -> list[TelegramPerson]:
    """Everybody of the day presses Start."""
    people = [telegram.person(one, name) for one, name in PEOPLE.items()]
    for person in people:
        person.receives(after=person.says("/start"))
    return people


def sight(desk: RunningDesk) -> dict[str, Any]:
    """How everything stands, as far as anybody can see it."""
    boss = admin(desk)
    numbers = sorted(ticket["id"] for ticket in boss.lists(limit=100))
    return {
        "tickets": {number: boss.reads(number) for number in numbers},
        "clocks": clocks(desk),
        "status": _status(desk),
        "chats": {name: chat(desk.telegram, one) for one, name in PEOPLE.items()},
    }


def clocks(desk: RunningDesk) -> list[tuple[Any, ...]]:
    """Every clock as sla keeps it."""
    engine = create_engine(desk.databases["sla"])
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(CLOCKS)]
    finally:
        engine.dispose()


def chat(telegram: TelegramWorld, person_id: int) -> list[tuple[Any, ...]]:
    """Everything the bot has said to somebody, with all faces each message has had."""
    said = TelegramPerson(telegram, person_id, SUPPORT_BOT).received()
    return [(one.id, one.text, one.earlier_texts) for one in said]


def _status(desk: RunningDesk) -> dict[str, Any]:
    status = public_status(desk)
    return {part: status[part] for part in ("status", "incident", "incidents")}


def wait_until_all_is_sent(desk: RunningDesk) -> None:
    """Until nothing waits in the bot's outbox."""
    engine = create_engine(desk.databases["bot"])
    waiting = text("SELECT count(*) FROM outgoing WHERE state IN ('waiting', 'sending')")

    def look() -> bool:
        with engine.connect() as connection:
            return connection.scalar(waiting) == 0

    wait_until(look, 60, "messages still wait to be sent")
    engine.dispose()
