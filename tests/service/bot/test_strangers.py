"""Whoever is no agent gets nothing from any command, button or reply of agents: no word of what the
desk knows, no change in it, and no ticket. Every entry of the bot's tables is tried."""

from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest

from botapi.sights import ChatMessage
from contracts.incidents import GetAuditTrail, ListIncidents
from contracts.tickets import LARGEST_ID, ListTickets, Person, TicketView
from services.bot import buttons
from services.bot.dispatch import AGENT_BUTTONS, COMMANDS, FOR_ANYBODY, USER_BUTTONS
from services.bot.markup import visible
from services.bot.menus import FOR_AGENTS, FOR_USERS
from services.bot.receiving.parsing import OF_A_TICKET
from tests.support.bot_desk import BotDesk
from tests.support.bot_rows import LANGUAGES
from tests.support.botapi import SUPPORT_BOT, TelegramPerson

pytestmark = pytest.mark.usefixtures("calm")

RU = LANGUAGES.of("ru")
REFUSED = visible(RU("bot.error.for_agents"))
NOBODY_HAS_IT = visible(RU("bot.help.unknown_to_user"))
NOT_FOR_YOU = visible(RU("bot.error.not_an_agent"))
FOR_AGENTS_ALONE = sorted(COMMANDS.keys() - FOR_ANYBODY)
SECRET, OWNER = "Пароль от кассы 12345", "Секретов Тайн Иванович"
SHORT = 120
"""Characters of a refusal, at most."""
WITHOUT_ARGUMENT = {buttons.NEW_REQUEST, buttons.UNSUBSCRIBE}
"""Buttons that mean the same whatever follows their code."""
_groups = count(1)


@pytest.fixture
def secret(desk: BotDesk, anna: TelegramPerson) -> TicketView:
    """A ticket of somebody else, and an incident with a history. That of the test before may just
    have ended, which is not to be told in the middle of this one."""
    desk.waits_until_calm_is_told()
    ticket = desk.opens_in_app(SECRET, by=Person(id=f"app-{next(_groups)}-secret", name=OWNER))
    anna.receives("объявлен", after=anna.says("/incident Платежи стоят"))
    return ticket


def known(desk: BotDesk, ticket: TicketView) -> list[Any]:
    """What a stranger must leave as it is."""
    incidents = desk.incidents.list_incidents(ListIncidents())
    trails = [
        desk.incidents.get_audit_trail(GetAuditTrail(incident_id=one.id)) for one in incidents
    ]
    return [
        desk.tickets.get_ticket(ticket.id),
        desk.tickets.list_tickets(ListTickets(limit=100)).results,
        incidents,
        trails,
        desk.incidents.get_status().maintenances,
        desk.tickets.list_agents(),
    ]


def forms_of(name: str, ticket_id: int) -> list[str]:
    """A command as somebody might try it: bare, with a ticket, as a link, with words, garbled."""
    return [
        f"/{name}",
        f"/{name} {ticket_id} Вас взломали",
        f"/{name}_{ticket_id}",
        f"/{name} Это неправда",
        f"/{name}: Это неправда",
    ]


def leaks(text: str) -> list[str]:
    return [word for word in (SECRET, OWNER, "Анна", "tg:", "P3") if word in text]


def test_a_command_of_agents_is_refused_in_private_and_becomes_no_ticket(
    desk: BotDesk, secret: TicketView
) -> None:
    before = known(desk, secret)
    said = [
        (person, person.says(form))
        for name in FOR_AGENTS_ALONE
        for form in forms_of(name, secret.id)
        for person in [desk.user("Чужой")]
    ]

    answers = [person.receives(after=message) for person, message in said]

    assert [answer.text for answer in answers] == [
        NOBODY_HAS_IT if f"_{secret.id}" in form and name not in OF_A_TICKET else REFUSED
        for name in FOR_AGENTS_ALONE
        for form in forms_of(name, secret.id)
    ]
    assert max(len(REFUSED), len(NOBODY_HAS_IT)) <= SHORT
    assert all(answer.markup is None for answer in answers)
    assert [desk.tickets_of(person) for person, _ in said] == [[]] * len(said)
    assert known(desk, secret) == before


def test_a_command_that_nobody_has_is_named_as_such_and_becomes_no_ticket(desk: BotDesk) -> None:
    ivan = desk.user()

    ivan.receives(NOBODY_HAS_IT, after=ivan.says("/nonsense"))

    assert desk.tickets_of(ivan) == []


def test_a_command_of_agents_is_refused_in_a_group_and_changes_nothing(
    desk: BotDesk, secret: TicketView
) -> None:
    before = known(desk, secret)
    groups = {name: group_of_strangers(desk) for name in FOR_AGENTS_ALONE}
    for name, (group_id, stranger) in groups.items():
        desk.telegram.say(stranger.id, forms_of(name, secret.id)[1], chat_id=group_id)

    answers = [answer_in(desk, group_id) for group_id, _ in groups.values()]

    assert [answer.text for answer in answers] == [REFUSED] * len(groups)
    assert all(answer.markup is None for answer in answers)
    assert known(desk, secret) == before


def test_what_anybody_may_ask_tells_nothing_of_the_desk(desk: BotDesk, secret: TicketView) -> None:
    before = known(desk, secret)
    said = [
        (person, person.says(form))
        for name in sorted(FOR_ANYBODY)
        for form in (f"/{name}", f"/{name} {secret.id}", f"/{name} agent 501 invite", f"/{name}!")
        for person in [desk.user("Чужой")]
    ]

    answers = [person.receives("", after=message) for person, message in said]

    assert [leaks(answer.text) for answer in answers] == [[]] * len(said)
    told = " ".join(answer.text for answer in answers)
    assert [name for name in set(FOR_AGENTS) - set(FOR_USERS) if f"/{name}" in told] == []
    assert [desk.tickets_of(person) for person, _ in said] == [[]] * len(said)
    assert known(desk, secret) == before


def forged(codes: Iterable[str], *endings: str) -> list[str]:
    """The data of buttons, about what the endings name and about nothing at all."""
    nothing = ["", ":", f":{LARGEST_ID}", ":x", ":1:new"]
    return [f"{code}{ending}" for code in codes for ending in [*nothing, *endings]]


def of_agents(secret: TicketView, incident_id: int) -> list[str]:
    """The data of every button of agents, also about what there is."""
    return forged(AGENT_BUTTONS, f":{secret.id}", f":{secret.id}:0", f":{incident_id}:0:1")


def test_a_button_of_agents_does_nothing_for_others_be_it_forged_or_found_in_a_group(
    desk: BotDesk, anna: TelegramPerson, secret: TicketView
) -> None:
    before = known(desk, secret)
    (incident,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    group_id, stranger = group_of_strangers(desk, anna)
    desk.telegram.say(anna.id, f"/view_{secret.id}", chat_id=group_id)
    card = answer_in(desk, group_id)
    greeting = stranger.receives("", after=stranger.says("/start"))
    there = [str(button.data) for button in card.buttons]
    assert there

    in_private = press_all(desk, stranger, greeting, of_agents(secret, incident.id))
    in_group = press_all(
        desk, stranger, card, [*there, *of_agents(secret, incident.id)], chat_id=group_id
    )

    assert set(in_private.values()) | set(in_group.values()) == {(NOT_FOR_YOU, True)}
    desk.waits_until_all_is_sent()
    assert len(stranger.received()) == 1
    assert known(desk, secret) == before


NOWHERE = (999_999, LARGEST_ID + 1)
"""Ids of nothing; the last is larger than a database holds, and no longer than the largest."""


def test_what_an_agent_presses_that_is_stale_or_forged_is_answered_and_changes_nothing(
    desk: BotDesk, anna: TelegramPerson, secret: TicketView
) -> None:
    before = known(desk, secret)
    anna.receives("Новый тикет", f"#{secret.id} ")
    face = anna.receives("", after=anna.says("/help"))
    codes = sorted({*AGENT_BUTTONS, *USER_BUTTONS} - WITHOUT_ARGUMENT)
    ends = ("", ":0", ":0:1", ":1:looking", f":{LARGEST_ID + 1}")
    endings = [f":{one}{end}" for one in NOWHERE for end in ends]

    told = press_all(desk, anna, face, forged(codes, "::", ":-1", ":1.5", ":١", *endings))

    assert {data: one for data, one in told.items() if not one[0] or not one[1]} == {}
    assert "could not be handled" not in desk.bot.log.read_text(encoding="utf-8")
    desk.waits_until_all_is_sent()
    shown, *later = (one.text for one in anna.received() if one.id >= face.id)
    assert shown == face.text
    assert [text for text in later if "SLA" not in text] == [], "but of clocks that run meanwhile"
    assert known(desk, secret) == before


def test_a_users_button_does_nothing_to_what_is_somebody_elses(
    desk: BotDesk, secret: TicketView
) -> None:
    before = known(desk, secret)
    stranger = desk.user("Чужой")
    greeting = stranger.receives("", after=stranger.says("/start"))
    endings = [
        f":{secret.id}",
        f":{secret.id}:0",
        f":1:{secret.id}",
        f":{LARGEST_ID}:0",
        ":x:y",
        "",
    ]
    data = [f"{code}{ending}" for code in USER_BUTTONS for ending in endings]

    told = press_all(desk, stranger, greeting, [*data, "💥", "x" * 64, ":", "zz:1"])

    assert [leaks(text) for text, _ in told.values()] == [[]] * len(told)
    assert [text for text, _ in told.values() if "тикет" in text.lower() or "/" in text] == []
    # Whoever says "I have this too" of a public incident is counted, without any ticket.
    tickets, listed, *_ = known(desk, secret)
    assert [tickets, listed] == before[:2]
    assert desk.tickets_of(stranger) == []
    assert "could not be handled" not in desk.bot.log.read_text(encoding="utf-8")


def test_a_reply_to_an_agents_card_is_nothing_from_anybody_else(
    desk: BotDesk, anna: TelegramPerson, secret: TicketView
) -> None:
    before = known(desk, secret)
    group_id, stranger = group_of_strangers(desk, anna)
    desk.telegram.say(anna.id, f"/view_{secret.id}", chat_id=group_id)
    card = answer_in(desk, group_id)

    desk.telegram.say(stranger.id, "Вас взломали", chat_id=group_id, reply_to=card.id)
    desk.telegram.say(stranger.id, "/take 1", chat_id=group_id, reply_to=card.id)

    refused = answer_in(desk, group_id, after=card)
    assert refused.text == REFUSED
    assert known(desk, secret) == before
    assert desk.tickets_of(stranger) == []


def group_of_strangers(desk: BotDesk, *agents: TelegramPerson) -> tuple[int, TelegramPerson]:
    """A group with the bot in it, and somebody there who is no agent."""
    stranger = desk.user("Чужой")
    return desk.group_of(stranger, *agents), stranger


def answer_in(desk: BotDesk, chat_id: int, after: ChatMessage | None = None) -> ChatMessage:
    """The first thing that the bot says in a group."""
    oldest = after.id if after else 0
    return desk.telegram.wait_for_message(
        chat_id, lambda message: message.id > oldest, within=30, bot=SUPPORT_BOT
    )


def press_all(
    desk: BotDesk,
    person: TelegramPerson,
    message: ChatMessage,
    forged_data: list[str],
    *,
    chat_id: int | None = None,
) -> dict[str, tuple[str, bool]]:
    """Say of each that its button was pressed; what the bot answered, and whether as an alert."""
    pressed = {
        data: desk.telegram.press(
            person.id, message.id, data, bot=SUPPORT_BOT, chat_id=chat_id, is_forged=True
        )
        for data in forged_data
        if data
    }
    answers = {
        data: desk.telegram.wait_until(
            lambda one=query_id: desk.telegram.callback_answer(one), 60, f"answer to {data!r}"
        )
        for data, query_id in pressed.items()
    }
    return {data: (answer.text, answer.show_alert) for data, answer in answers.items()}
