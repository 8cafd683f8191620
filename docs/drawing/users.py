"""What users see beside the main story: of the app, of links, and of a request that goes on."""

from botapi.sights import ChatMessage, Enclosed
from docs.drawing.scenery import screenshot
from docs.drawing.stage import LENA, Day
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import MAIN_BOT, TelegramPerson
from tests.support.story import AppUser, app_user

SONYA, MAXIM, NINA = 9006, 9007, 9008


def _in_the_app(day: Day) -> None:
    """Who asks in the app and has never come to the support bot."""
    anna = day.anna
    sonya = day.desk.telegram.person(SONYA, "Софья", bot=MAIN_BOT)
    sonya.says("/start")
    in_app = app_user(day.desk, "Софья", telegram_id=SONYA)
    number = in_app.opens_ticket("Не открывается запись урока", category="recording")["id"]
    anna.receives("Новый тикет", f"#{number} ")
    answer = f"/reply {number} Запись снова открывается, обновите страницу."
    (sent,) = anna.sends(Enclosed("photo", screenshot(), answer))
    day.shows("in-app", anna, sent, anna.receives("в приложении", after=sent))
    told = sonya.receives("Запись снова открывается")
    day.album.shoot("main-bot", SONYA, told, bot=MAIN_BOT, title="Панель преподавателя")


def _from_the_app(day: Day) -> None:
    """Who asks in the app and is known to the support bot."""
    anna, lena = day.anna, day.lena
    day.asks("help-user", lena, "/help", "обращением в поддержку")
    in_app = app_user(day.desk, "Лена", telegram_id=LENA)
    number = in_app.opens_ticket("Как сменить почту в профиле?", impact="question")["id"]
    anna.receives("Новый тикет", f"#{number} ")
    anna.says(f"/reply {number} Откройте профиль и нажмите «Изменить» рядом с адресом.")
    day.shows("app-answer", lena, lena.receives("Это обращение из приложения"))


def _going_on(day: Day) -> None:
    """A request is added to, and is not solved."""
    anna, zoya = day.anna, day.zoya
    number = ticket_in(zoya.receives("принято"))
    added = day.asks("added", zoya, "В приложении тоже пусто", "Добавлено к обращению")
    day.asks("close", anna, f"/close {number}", "решён")
    over = zoya.receives("Всё ли", after=added)
    press(zoya, over, "❌ Не решено")
    day.face(zoya, over, "открыто")
    day.shows("not-solved", zoya, over)


def _accounts(day: Day) -> None:
    """An account changes hands, is given back, and is refused."""
    gleb = app_user(day.desk, "Глеб Орлов")
    maxim = day.desk.telegram.person(MAXIM, "Максим")
    nina = day.desk.telegram.person(NINA, "Нина")
    first = _offered(maxim, gleb)
    press(maxim, first, "Да")
    day.face(maxim, first, "Готово")
    second = _offered(nina, gleb)
    press(nina, second, "Да")
    day.shows("parted", maxim, maxim.receives("с другим Telegram"))
    day.face(nina, second, "Готово")
    press(nina, second, "Это не мой аккаунт")
    day.face(nina, second, "больше не связан")
    day.shows("left", nina, second)
    third = _offered(nina, gleb)
    press(nina, third, "Нет")
    day.face(nina, third, "ничего не связано")
    day.shows("not-mine", nina, third)


def _offered(person: TelegramPerson, user: AppUser) -> ChatMessage:
    """What a person who opens the user's link is asked."""
    link = user.asks("POST", "/telegram/link/").json()["url"].partition("?start=")[2]
    return person.receives("Связать этот Telegram", after=person.says(f"/start {link}"))


ACTS = (_in_the_app, _from_the_app, _going_on, _accounts)
