"""Many write about one thing: agents are asked whether it is an incident, and say so by a button.

Each test has a category of its own: after an answer that one is quiet for an hour. The desk is
these tests' own: an incident of another test in the last ten minutes would explain what comes in.
"""

from collections.abc import Callable, Iterator

import pytest

from contracts.incidents import ListIncidents
from contracts.vocabulary import IncidentStatus
from services.bot import buttons
from services.bot.letters import Button, Letter
from services.bot.markup import Html
from tests.support.bot_desk import BotDesk, running_bot_desk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson, running_telegram

pytestmark = pytest.mark.usefixtures("calm")

ENOUGH_WITHOUT_HISTORY = 20
DECLARE, DISMISS = buttons.DECLARE_SUSPECTED, buttons.DISMISS_SUSPICION
NO_SUCH = "Такого подозрения на сбой нет"
WRONG = "Так не получится"


@pytest.fixture(scope="module")
def desk(
    new_amqp_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BotDesk]:
    with (
        running_telegram() as telegram,
        running_bot_desk(telegram, new_amqp_url(), tmp_path_factory.mktemp("desk")) as running,
    ):
        yield running


def many_write(desk: BotDesk, text: str, category: str) -> list[int]:
    """As many people as a desk without history needs; the tickets they have."""
    return [desk.opens_in_app(text, category=category).id for _ in range(ENOUGH_WITHOUT_HISTORY)]


def test_a_surge_is_declared_an_incident_with_one_tap_and_its_tickets_are_offered(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    ticket_ids = many_write(desk, "Не проходит оплата", "payment")
    asked = anna.receives("Похоже на сбой: Оплата/Подписка", f"/view_{ticket_ids[0]}", within=20)
    too_late = boris.receives("Похоже на сбой: Оплата/Подписка", within=20)

    press(anna, asked, "Объявить инцидент")

    card = anna.sees(asked, lambda each: "объявлен" in each.text)
    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert (one.title, one.components) == ("Проблемы: Оплата/Подписка", ["payments"])
    assert card.button(f"Связать похожие: {len(ticket_ids)}") is not None
    press(boris, too_late, "Не инцидент")
    told = boris.sees(too_late, lambda each: "Уже объявлен" in each.text)
    assert f"#{one.id}: Проблемы: Оплата/Подписка" in told.text
    assert desk.incidents.list_incidents(ListIncidents(only_open=True)) == [one]


def test_what_is_no_incident_is_said_to_be_none(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    many_write(desk, "Нет записи", "recording")
    asked = anna.receives("Похоже на сбой: Записи уроков", within=20)
    too_late = boris.receives("Похоже на сбой: Записи уроков", within=20)

    press(anna, asked, "Не инцидент")

    anna.world.wait_for_message(anna.id, lambda each: "не спросим до" in each.text)
    press(boris, too_late, "Объявить инцидент")
    boris.world.wait_for_message(boris.id, lambda each: "Это не инцидент" in each.text)
    assert desk.incidents.list_incidents(ListIncidents(only_open=True)) == []


def test_beside_a_fresh_incident_it_is_asked_whether_it_is_another(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    card = anna.receives("объявлен", after=anna.says("/incident Нет видео"))
    press(anna, card, "Видеосвязь")
    many_write(desk, "Не вхожу", "login")
    asked = anna.receives("Похоже на сбой: Вход/Регистрация", within=20)

    press(anna, asked, "Объявить инцидент")

    anna.world.wait_for_message(anna.id, lambda each: "Это он же или ещё один?" in each.text)
    assert len(desk.incidents.list_incidents(ListIncidents(only_open=True))) == 1
    press(anna, asked, "Объявить ещё один")
    titles = {one.title for one in desk.incidents.list_incidents(ListIncidents(only_open=True))}
    assert titles == {"Нет видео", "Проблемы: Вход/Регистрация"}
    statuses = {one.status for one in desk.incidents.get_status().incidents}
    assert statuses == {IncidentStatus.INVESTIGATING}


@pytest.mark.parametrize(
    ("code", "argument", "words"),
    [
        (DECLARE, "999999:0:0", NO_SUCH),
        (DISMISS, "999999", NO_SUCH),
        (DECLARE, "0:0:0", NO_SUCH),
        (DECLARE, "1:99:0", WRONG),
        (DECLARE, "1:0:7", WRONG),
        (DECLARE, "1:0", WRONG),
        (DECLARE, "x:0:0", WRONG),
        (DISMISS, "", WRONG),
        (DISMISS, "-1", WRONG),
    ],
)
def test_a_button_that_makes_no_sense_is_refused_with_a_sentence(
    desk: BotDesk, anna: TelegramPerson, *, code: str, argument: str, words: str
) -> None:
    forged = ((Button("Нажми", f"{code}:{argument}"),),)
    title = f"Поддельная кнопка «{code}:{argument}»"
    desk.puts_in_outbox(Letter(anna.id, Html(title), buttons=forged))

    answer = press(anna, anna.receives(title), "Нажми")

    assert words in answer.text
    assert desk.incidents.list_incidents(ListIncidents(only_open=True)) == []


def test_who_is_no_agent_answers_no_suspicion(desk: BotDesk, ivan: TelegramPerson) -> None:
    ivan.receives("Здравствуйте", after=ivan.says("/start"))
    forged = ((Button("Нажми", f"{DECLARE}:1:0:0"),),)
    desk.puts_in_outbox(Letter(ivan.id, Html("Поддельная кнопка"), buttons=forged))

    answer = press(ivan, ivan.receives("Поддельная кнопка"), "Нажми")

    assert "только сотрудникам" in answer.text
    assert desk.incidents.list_incidents(ListIncidents(only_open=True)) == []
