"""What agents see of each other, and what the buttons of a card open."""

from docs.drawing.stage import Day
from tests.support.bot_story import press, ticket_in
from tests.support.story import app_user


def _between_two(day: Day) -> None:
    """A colleague helps, and takes over."""
    anna, boris = day.anna, day.boris
    day.asks("agent", anna, "/start", "Доступ сотрудника")
    maria = app_user(day.desk, "Мария")
    number = maria.opens_ticket("Не прикрепляется домашнее задание", category="homework")["id"]
    card = anna.receives("Новый тикет", f"#{number} ")
    press(anna, card, "Взять")
    day.face(anna, card, "Анна")
    boris.says(f"/note {number} У неё файл на 80 МБ, видно в журнале")
    day.shows("noted", anna, anna.receives("заметку", f"#{number} ", after=card))
    boris.receives("ваш", after=boris.says(f"/take {number}"))
    day.shows("taken-over", anna, anna.receives("забрал", f"#{number} ", after=card))
    press(anna, card, "Назначить")
    day.shows("assignees", anna, day.offers(anna, card, "Никому"))
    press(anna, card, "Назад")
    press(anna, card, "Приоритет")
    day.shows("priorities", anna, day.offers(anna, card, "P0"))
    press(anna, card, "Назад")
    press(anna, card, "Заметка")
    day.shows("note-prompt", anna, anna.receives("Напишите заметку", after=card))
    press(anna, card, "Ответить")
    prompt = anna.receives("Напишите ответ", after=card)
    answer = anna.says("Попробуйте файл поменьше: до 20 МБ.", reply_to=prompt)
    day.shows("prompt", anna, prompt, answer, anna.receives("доставлен", after=answer))
    day.asks("colleague", boris, f"/reply {number} Файл был слишком большой.", "Меньше минуты")


def _files(day: Day) -> None:
    """The files of a ticket are sent to whoever asks for them."""
    anna = day.anna
    number = ticket_in(anna.receives("Оплатил курс"))
    card = anna.receives(f"#{number} ", after=anna.says(f"/view_{number}"))
    press(anna, card, "Файлы")
    day.shows("files", anna, anna.receives("Файлы тикета", after=card))


ACTS = (_between_two, _files)
