"""The later acts of the day: what is said beside the main story."""

from docs.drawing.stage import Day
from tests.support.bot_story import press, ticket_in


def _anybody(day: Day) -> None:
    """Somebody new looks around."""
    lena = day.lena
    day.asks("start", lena, "/start", "Это поддержка")
    day.asks("status", lena, "/status", "Все системы работают")
    day.asks("subscribed", lena, "/start status", "сбо")
    day.asks("help", day.anna, "/help", "/tickets")


def _talking_on(day: Day) -> None:
    """A request goes on: added to, corrected, opened again."""
    anna, zoya = day.anna, day.zoya
    said = zoya.says("Не вижу расписание на декабрь")
    opened = zoya.receives("принято", after=said)
    number = ticket_in(opened)
    anna.receives("ваш", after=anna.says(f"/take {number}"))
    more = zoya.says("С телефона то же самое")
    zoya.receives("Добавлено", after=more)
    told = anna.receives("Новое сообщение пользователя", f"#{number} ")
    day.shows("message", anna, told)
    zoya.edits(more, "С телефона и с планшета то же самое")
    day.shows("edited", anna, anna.receives("исправил сообщение", after=told))
    card = anna.receives(f"#{number} ", "планшета", after=anna.says(f"/view_{number}"))
    press(anna, card, "Что было раньше")
    day.shows("earlier", anna, anna.receives("как было до исправлений", after=card))
    anna.receives("доставлен", after=anna.says(f"/reply {number} Обновили, проверьте."))
    anna.receives("решён", after=anna.says(f"/close {number}"))
    again = zoya.says("Всё ещё пусто", reply_to=zoya.receives("Всё ли"))
    zoya.receives("Добавлено", after=again)
    day.shows("reopened", anna, anna.receives("открыт заново", f"#{number} "))


def _merging(day: Day) -> None:
    """One person's second request becomes part of the first."""
    anna, zoya = day.anna, day.zoya
    first = zoya.receives("принято")
    press(zoya, zoya.received()[-1], "Новое обращение")
    day.shows("describe", zoya, zoya.receives("Опишите новый вопрос"))
    said = zoya.says("Расписание снова пустое")
    second = zoya.receives("принято", after=said)
    day.asks("merge", anna, f"/merge {ticket_in(second)} {ticket_in(first)}", "закрыт и объединён")
    merged = zoya.receives("объединено", after=second)
    day.shows("merged", zoya, merged)
    more = zoya.says("В браузере тоже", reply_to=second)
    day.shows("after-merge", zoya, more, zoya.receives("поэтому добавлено", after=more))


def _refused(day: Day) -> None:
    """An answer that cannot arrive, until its reader is back."""
    anna, boris, zoya = day.anna, day.boris, day.zoya
    number = ticket_in(zoya.receives("принято"))
    zoya.blocks_the_bot()
    day.asks("refused", boris, f"/reply {number} Проверьте ещё раз, пожалуйста.", "не доставлен")
    refused = anna.receives("Вопрос пока без ответа")
    day.shows("not-delivered", anna, refused)
    zoya.unblocks_the_bot()
    day.shows("arrived", anna, anna.receives("снова на связи", after=refused))


def _routine(day: Day) -> None:
    """What agents look up and plan."""
    day.asks("canned-list", day.anna, "/canned", "Заготовки")
    day.asks(
        "maintenance",
        day.anna,
        "/maintenance 25.11 23:30-01:00 Обновляем платёжный шлюз",
        "Плановые работы",
    )


def _two_incidents(day: Day) -> None:
    """One incident is open, and somebody declares another."""
    anna, boris = day.anna, day.boris
    before = boris.received()[-1]
    anna.receives("объявлен", after=anna.says("/incident Не открываются уроки"))
    day.shows("alarm", boris, boris.receives("Не открываются уроки", after=before))
    question = day.asks("recent", anna, "/incident Не проходит оплата", "Дополнить его?")
    press(anna, question, "Объявить ещё один")
    day.face(anna, question, "объявлен")
    number = ticket_in(day.zoya.receives("принято"))
    card = anna.receives(f"#{number} ", after=anna.says(f"/view_{number}"))
    press(anna, card, "Связать с инцидентом")
    day.shows("which-link", anna, day.offers(anna, card, "Не проходит оплата"))
    which = day.asks("which", anna, "/resolve Снова работает", "Какой завершить?")
    press(anna, which, "Не открываются уроки")
    day.face(anna, which, "завершён")
    anna.receives("завершён", after=anna.says("/resolve Оплата проходит"))


ACTS = (_anybody, _talking_on, _merging, _refused, _routine, _two_incidents)
