"""One-time links in Telegram: one makes an agent, one joins whoever opens it with the app."""

import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest

from botapi.sights import ChatMessage
from contracts.errors import AgentNotFound
from contracts.passes import digest_of, new_token
from contracts.tickets import IssuePass, Person, RemoveAgent
from contracts.vocabulary import PassPurpose
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import forges, press, ticket_in
from tests.support.botapi import SUPPORT_BOT, TelegramPerson
from tests.support.invites import invite, payload

NO_INVITE = "попросите новую"
NO_LINK = "Получите новую в приложении"
GONE = "Эта кнопка уже не действует."


def link_for(desk: BotDesk, person: Person) -> str:
    """As the gateway makes it."""
    token = new_token()
    command = IssuePass(
        command_id=str(uuid4()),
        digest=digest_of(token),
        purpose=PassPurpose.LINK,
        issued_by=person.id,
        requester=person,
    )
    desk.tickets.issue_pass(command)
    return f"link_{token}"


def opens(person: TelegramPerson, link: str) -> ChatMessage:
    """Open a link, and be asked whose account it is."""
    return person.receives("Связать этот Telegram с аккаунтом", after=person.says(f"/start {link}"))


def joins(person: TelegramPerson, link: str) -> ChatMessage:
    """Open a link and say that the account is theirs."""
    asked = opens(person, link)
    press(person, asked, "Да, это я")
    return becomes(person, asked, "связан с аккаунтом")


def becomes(person: TelegramPerson, message: ChatMessage, *parts: str) -> ChatMessage:
    """The message with its new face."""
    return person.sees(message, lambda one: all(part in one.text for part in parts))


@pytest.fixture
def maria() -> Person:
    """An app user."""
    return Person(
        id=f"app-{uuid4()}", name="Мария <из> приложения", email="maria.secret@example.com"
    )


def test_no_token_is_kept_by_the_bot_or_told_in_a_log(
    desk: BotDesk, ivan: TelegramPerson, maria: Person, tmp_path: Path
) -> None:
    shown = [payload(invite(desk, tmp_path)), link_for(desk, maria), f"agent_{new_token()}"]
    petr = desk.user("Пётр")

    petr.receives("Доступ сотрудника", after=petr.says(f"/start {shown[0]}"))
    joins(ivan, shown[1])
    ivan.receives(NO_INVITE, after=ivan.says(f"/start {shown[2]}"))

    desk.waits_until_all_is_sent()
    with desk.rows_of_bot() as database, database.reading() as session:
        rows = session.connection().exec_driver_sql
        asked = rows("SELECT text FROM questions").all()
        sent = rows("SELECT text, buttons FROM outgoing").all()
        kept = str([rows("SELECT body FROM updates").all(), asked, sent])
    logs = "".join(one.log.read_text() for one in (desk.bot, *desk.services.values()))
    for one in shown:
        token = one.partition("_")[2]
        assert token not in kept
        assert token not in logs
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))


def test_a_link_joins_the_histories_and_says_whose_account_it_is(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    in_app = desk.opens_in_app("Из приложения", by=maria)
    ivan.says("Из Telegram")
    in_telegram = ticket_in(ivan.receives("принято"))

    asked = opens(ivan, link_for(desk, maria))

    assert "«Мария <из> приложения» (m…@example.com)" in asked.text
    assert {one.id for one in desk.tickets_of(ivan)} == {in_telegram}
    press(ivan, asked, "Да, это я")
    becomes(ivan, asked, "связан с аккаунтом «Мария <из> приложения»")
    assert {one.id for one in desk.tickets_of(ivan)} == {in_app.id, in_telegram}


def test_whoever_opened_somebody_elses_link_can_take_it_back(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    desk.opens_in_app("Чужое", by=maria)
    joined = joins(ivan, link_for(desk, maria))

    press(ivan, joined, "Это не мой аккаунт")

    ivan.sees(joined, lambda seen: "больше не связан" in seen.text)
    assert desk.tickets_of(ivan) == []


def test_whoever_says_no_is_not_joined_and_the_link_is_still_its_owners(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    desk.opens_in_app("Чужое", by=maria)
    link = link_for(desk, maria)
    asked = opens(ivan, link)

    press(ivan, asked, "Нет")

    refused = becomes(ivan, asked, "ничего не связано")
    assert refused.rows == ()
    assert desk.tickets_of(ivan) == []
    owner = desk.user("Мария")
    joins(owner, link)
    assert len(desk.tickets_of(owner)) == 1


def test_a_press_that_comes_twice_joins_once_and_says_so(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    asked = opens(ivan, link_for(desk, maria))
    yes = asked.button("Да")
    assert yes is not None

    first, second = ivan.presses(asked, yes.data), forges(ivan, asked, yes.data)

    assert (first.text or "", second.text) == ("", GONE)
    becomes(ivan, asked, "связан с аккаунтом")
    assert len([one for one in ivan.received() if "связан с" in one.text]) == 1


def test_what_one_was_asked_nobody_else_can_answer(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    desk.opens_in_app("Чужое", by=maria)
    asked = opens(ivan, link_for(desk, maria))
    yes = asked.button("Да")
    assert yes is not None
    petr = desk.user("Пётр")
    card = petr.receives("принято", after=petr.says("У меня вопрос"))

    pressed = forges(petr, card, yes.data)

    assert pressed.text == GONE
    assert len(desk.tickets_of(petr)) == 1
    press(ivan, asked, "Да, это я")
    becomes(ivan, asked, "связан с аккаунтом")


def test_a_press_after_the_time_of_the_link_joins_nobody(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    desk.opens_in_app("Чужое", by=maria)
    asked = opens(ivan, link_for(desk, maria))
    with sqlite3.connect(f"{desk.environment['SUPPORT_DATA_DIR']}/tickets.sqlite3") as rows:
        rows.execute("UPDATE passes SET expires_at = issued_at WHERE used_at IS NULL")

    press(ivan, asked, "Да, это я")

    assert becomes(ivan, asked, NO_LINK).rows == ()
    assert desk.tickets_of(ivan) == []


def test_of_two_who_were_asked_the_first_to_press_is_joined(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    desk.opens_in_app("Моё", by=maria)
    link, petr = link_for(desk, maria), desk.user("Пётр")
    asked_first, asked_then = opens(ivan, link), opens(petr, link)

    press(petr, asked_then, "Да, это я")
    becomes(petr, asked_then, "связан с аккаунтом")
    press(ivan, asked_first, "Да, это я")

    assert becomes(ivan, asked_first, NO_LINK).rows == ()
    assert desk.tickets_of(ivan) == []


@pytest.mark.parametrize("shown", ["link_", "link_nonsense", "link_ two words"])
def test_a_wrong_link_says_where_a_new_one_comes_from(ivan: TelegramPerson, shown: str) -> None:
    ivan.receives(NO_LINK, after=ivan.says(f"/start {shown}"))


def test_a_link_works_once_and_only_for_what_it_is(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    link = link_for(desk, maria)
    petr = desk.user("Пётр")
    ivan.receives(NO_INVITE, after=ivan.says(f"/start agent_{link.removeprefix('link_')}"))
    joins(ivan, link)

    petr.receives(NO_LINK, after=petr.says(f"/start {link}"))
    ivan.receives("связан с аккаунтом", after=ivan.says(f"/start {link}"))

    desk.opens_in_app("Моё", by=maria)
    assert desk.tickets_of(petr) == []


def test_the_newer_link_wins_and_the_former_chat_is_told(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    petr = desk.user("Пётр")
    first = joins(ivan, link_for(desk, maria))

    joins(petr, link_for(desk, maria))

    ivan.receives("теперь связан с другим Telegram", after=first)
    desk.opens_in_app("Новое", by=maria)
    assert desk.tickets_of(ivan) == []
    assert len(desk.tickets_of(petr)) == 1


def test_what_is_written_in_a_request_of_an_account_left_opens_another_and_says_why(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, maria: Person
) -> None:
    joins(ivan, link_for(desk, maria))
    left = desk.opens_in_app("Из приложения", by=maria).id
    anna.says(f"/reply {left} Уже смотрим")
    answer = ivan.receives("Уже смотрим")
    joins(desk.user("Пётр"), link_for(desk, maria))

    said = ivan.says("А теперь?", reply_to=answer)

    ivan.receives(f"Обращения №{left} среди ваших здесь больше нет", after=said)
    assert [one.subject for one in desk.tickets_of(ivan)] == ["А теперь?"]


def test_whoever_links_another_account_is_told_of_the_one_left(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    olga = Person(id=f"app-{uuid4()}", name="Ольга")
    joins(ivan, link_for(desk, maria))

    joined = joins(ivan, link_for(desk, olga))

    assert "«Ольга»" in joined.text
    assert "С аккаунтом «Мария <из> приложения» этот чат больше не" in joined.text


def test_an_agent_may_link_too(desk: BotDesk, anna: TelegramPerson, maria: Person) -> None:
    joins(anna, link_for(desk, maria))

    anna.receives("Доступ сотрудника", after=anna.says("/start"))


def test_a_link_shown_in_a_group_joins_nobody(
    desk: BotDesk, ivan: TelegramPerson, maria: Person
) -> None:
    group = desk.group_of(ivan)
    link = link_for(desk, maria)

    desk.telegram.say(ivan.id, f"/start@{SUPPORT_BOT} {link}", bot=SUPPORT_BOT, chat_id=group)

    desk.telegram.wait_for_message(group, lambda seen: "в личном чате" in seen.text)
    joins(ivan, link)


def test_an_invite_shown_in_a_group_lets_nobody_in_and_is_kept_nowhere(
    desk: BotDesk, ivan: TelegramPerson, tmp_path: Path
) -> None:
    petr = desk.user("Пётр")
    group = desk.group_of(ivan, petr)
    shown = payload(invite(desk, tmp_path))

    desk.telegram.say(ivan.id, f"/start@{SUPPORT_BOT} {shown}", bot=SUPPORT_BOT, chat_id=group)

    told = desk.telegram.wait_for_message(group, lambda seen: "в личном чате" in seen.text)
    token = shown.partition("_")[2]
    assert token not in told.text
    with pytest.raises(AgentNotFound):
        desk.tickets.find_agent(ivan.id)
    desk.waits_until_all_is_sent()
    with desk.rows_of_bot() as database, database.reading() as session:
        rows = session.connection().exec_driver_sql
        kept = [rows("SELECT body FROM updates").all(), rows("SELECT text FROM outgoing").all()]
    assert token not in str(kept)
    assert token not in desk.bot.log.read_text(encoding="utf-8")
    ivan.receives("для сотрудников", after=ivan.says("/tickets"))
    petr.receives("Доступ сотрудника", after=petr.says(f"/start {shown}"))
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))
