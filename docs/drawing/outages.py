"""Incidents as those see them who only hear of them, and what goes on by the clock."""

from docs.drawing.stage import ENOUGH_FOR_A_SUSPICION, START, Day
from tests.support.bot_story import press, ticket_in
from tests.support.story import app_user


def _back_again(day: Day) -> None:
    """An incident of which nobody tells anything, and which is not over at its end."""
    anna, boris, ivan, lena = day.anna, day.boris, day.ivan, day.lena
    START.set(day.desk, day.album, 3.2)
    before, heard = lena.received()[-1], boris.received()[-1]
    declared = anna.receives("объявлен", after=anna.says("/incident Не приходят письма"))
    day.shows("subscriber", lena, lena.receives("Не приходят письма", after=before))
    day.asks("outage", lena, "/status", "Не приходят письма")
    said = ivan.says("Не пришло письмо с чеком")
    opened = ivan.receives("принято", "знаем", after=said)
    press(ivan, opened, "У меня то же")
    day.face(ivan, opened, "Отмечено")
    day.shows("same", ivan, said, opened)
    START.set(day.desk, day.album, 3.5)
    silent = anna.receives("обещали", within=60)
    day.shows("silent", anna, silent)
    press(anna, silent, "Причина найдена")
    day.face(anna, silent, "Опубликовано")
    over = anna.receives("завершён", after=anna.says("/resolve Письма снова приходят"))
    ivan.receives("устранена", after=opened)
    press(anna, over, "Вернулось")
    day.face(anna, over, "снова открыт")
    day.shows("back", anna, over)
    day.shows("returned", ivan, ivan.receives("вернулась", after=opened))
    back = boris.receives("снова открыт", after=heard)
    day.shows(
        "alarms", boris, boris.receives("📣", after=heard), boris.receives("✅", after=heard), back
    )
    anna.receives("завершён", after=anna.says("/resolve Почта работает"))
    why = "У почтового сервера кончилось место. Теперь следим за этим заранее."
    news = lena.receives("завершён", after=before)
    press(lena, news, "Не сообщать о сбоях")
    day.shows("unsubscribed", lena, lena.receives("больше не сообщаем"))
    day.asks("postmortem", anna, f"/postmortem {ticket_in(declared)} {why}", "Разбор причин")


def _taken_back(day: Day) -> None:
    """Somebody is told of an incident that was none."""
    anna, olga = day.anna, day.olga
    opened = olga.receives("принято", after=olga.says("Нет звука на уроке"))
    declared = anna.receives("объявлен", after=anna.says("/incident Нет звука в Zoom"))
    anna.says(f"/link {ticket_in(opened)}")
    day.shows("told", olga, olga.receives("Ещё раз писать", after=opened))
    press(anna, declared, "Отменить")
    day.shows("unlinked", olga, olga.receives("по ошибке", after=opened))


def _planned_work(day: Day) -> None:
    """Planned work is called off, begins and ends."""
    anna, boris = day.anna, day.boris
    START.set(day.desk, day.album, 4.9)
    said = anna.says("/maintenance 26.11 02:00-04:00 Переносим архив")
    planned = anna.receives("Плановые работы", after=said)
    press(anna, planned, "Отменить работы")
    day.face(anna, planned, "отменены")
    day.shows("works-cancelled", anna, planned)
    said = anna.says("/maintenance 24.11 15:00-15:30 Обновляем базу")
    anna.receives("Плановые работы", after=said)
    START.set(day.desk, day.album, 5.01)
    day.shows("works", boris, boris.receives("начались", within=60))
    START.set(day.desk, day.album, 5.51)
    day.shows("works-over", boris, boris.receives("закончены", within=60))


def _no_outage(day: Day) -> None:
    """Many write about one thing, and it is no incident."""
    boris = day.boris
    before = boris.received()[-1]
    for _ in range(ENOUGH_FOR_A_SUSPICION):
        app_user(day.desk, "Ученик").opens_ticket("Куда сдавать эссе?", category="homework")
    suspected = boris.receives("Похоже на сбой", after=before, within=60)
    press(boris, suspected, "Не инцидент")
    day.face(boris, suspected, "не объявляем")
    day.shows("dismissed", boris, suspected)


ACTS = (_back_again, _taken_back, _planned_work)
LAST_ACTS = (_no_outage,)
"""After which many notices wait for everybody."""
