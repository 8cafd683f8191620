"""Many write about one thing: agents are asked whether it is an incident, and say so by a button.

Each test has a category of its own: after an answer that one is quiet for an hour.
"""

from contracts.incidents import ListIncidents
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson

ENOUGH_WITHOUT_HISTORY = 20


def many_write(desk: BotDesk, text: str, category: str) -> list[int]:
    """As many people as a desk without history needs; the tickets they have."""
    return [desk.opens_in_app(text, category=category).id for _ in range(ENOUGH_WITHOUT_HISTORY)]


def test_what_is_no_incident_is_said_to_be_none(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson, calm: None
) -> None:
    many_write(desk, "Нет записи", "recording")
    asked = anna.receives("Похоже на сбой: Записи уроков", within=20)
    too_late = boris.receives("Похоже на сбой: Записи уроков", within=20)

    press(anna, asked, "Не инцидент")

    anna.world.wait_for_message(anna.id, lambda each: "не спросим до" in each.text)
    press(boris, too_late, "Объявить инцидент")
    boris.world.wait_for_message(boris.id, lambda each: "Это не инцидент" in each.text)
    assert desk.incidents.list_incidents(ListIncidents(only_open=True)) == []
