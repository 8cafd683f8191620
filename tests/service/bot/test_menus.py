"""Whoever is no agent any more loses the agents' menu of commands, whichever bot has set it."""

from uuid import uuid4

from botapi.sights import Call
from contracts.tickets import RemoveAgent
from services.bot import buttons
from tests.support.bot_desk import BotDesk
from tests.support.botapi import TelegramPerson


def of(person: TelegramPerson, calls: list[Call]) -> list[Call]:
    return [call for call in calls if str(person.id) in str(call.parameters.get("scope"))]


def gets(desk: BotDesk, person: TelegramPerson) -> None:
    """Become an agent, with the menu."""
    desk.lets_in(person.id, "Иван")
    person.receives("Доступ сотрудника", after=person.says("/start"))
    waits_for(desk, "setMyCommands", person)


def leaves(desk: BotDesk, person: TelegramPerson) -> None:
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=person.id))


def waits_for(desk: BotDesk, method: str, person: TelegramPerson) -> None:
    desk.telegram.wait_until(
        lambda: of(person, desk.telegram.calls(method)), 40, f"{method} for {person.id}"
    )


def test_whoever_was_removed_while_no_bot_ran_loses_the_menu(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    gets(desk, ivan)
    desk.bot.stop()
    leaves(desk, ivan)

    desk.start_bot()

    waits_for(desk, "deleteMyCommands", ivan)


def test_whoever_does_what_agents_do_and_is_none_has_no_menu_for_it(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    refused = ivan.receives("для сотрудников", after=ivan.says("/tickets"))
    ivan.receives("для сотрудников", after=ivan.says("/my"))

    waits_for(desk, "deleteMyCommands", ivan)
    ivan.world.press(ivan.id, refused.id, f"{buttons.TAKE}:1", bot=ivan.bot, is_forged=True)
    ivan.receives("принято", after=ivan.says("А теперь вопрос"))
    assert len(of(ivan, desk.telegram.calls("deleteMyCommands"))) == 1


def test_a_forged_press_takes_the_menu_too(desk: BotDesk, ivan: TelegramPerson) -> None:
    card = ivan.receives("принято", after=ivan.says("Вопрос"))

    ivan.world.press(ivan.id, card.id, f"{buttons.TAKE}:1", bot=ivan.bot, is_forged=True)

    waits_for(desk, "deleteMyCommands", ivan)


def test_what_telegram_does_not_take_at_once_is_taken_later(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    gets(desk, ivan)
    desk.telegram.refuse("deleteMyCommands", 500, times=2)

    leaves(desk, ivan)

    def is_taken() -> bool:
        calls = of(ivan, desk.telegram.calls("deleteMyCommands"))
        return any(call.status == 200 for call in calls)

    desk.telegram.wait_until(is_taken, 70, "the menu is not taken")
