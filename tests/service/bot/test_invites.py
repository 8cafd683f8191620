"""Invites: each makes one agent, is listed until then, and tells its finder nothing."""

import re
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from cli.agents import agents
from contracts.errors import AgentNotFound
from contracts.tickets import RemoveAgent
from tests.support.bot_desk import BotDesk
from tests.support.botapi import TelegramPerson
from tests.support.invites import invite, payload

NO_INVITE = "попросите новую"


def test_an_invite_makes_an_agent_with_the_agents_commands(
    desk: BotDesk, ivan: TelegramPerson, tmp_path: Path
) -> None:
    ivan.receives("для сотрудников", after=ivan.says("/tickets"))
    printed = invite(desk, tmp_path, "--name", "Иван из смены")

    said = ivan.says(f"/start {payload(printed)}")

    assert "works once, until" in printed
    assert "is for Иван из смены" in printed
    ivan.receives("Доступ сотрудника поддержки есть", after=said)
    ivan.receives("Открыт", after=ivan.says("/tickets"))
    menus = desk.telegram.wait_until(
        lambda: [
            call
            for call in desk.telegram.calls("setMyCommands")
            if str(ivan.id) in str(call.parameters["scope"])
        ],
        15,
        "the menu of an agent",
    )
    assert "incident" in str(menus[-1])
    listed = CliRunner().invoke(
        agents, ["list", "--data-dir", str(tmp_path)], env={"AMQP_URL": desk.amqp_url}
    )
    assert f"{ivan.id}\tИван\tsince " in listed.output
    assert "invited by" in listed.output
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=ivan.id))


@pytest.mark.parametrize("is_named", [True, False])
def test_who_is_removed_but_still_named_in_the_environment_is_warned_of(
    desk: BotDesk, ivan: TelegramPerson, tmp_path: Path, *, is_named: bool
) -> None:
    desk.lets_in(ivan.id, "Иван")
    named = f"1, {ivan.id}" if is_named else f"1,{ivan.id}1"

    ran = CliRunner().invoke(
        agents,
        ["remove", str(ivan.id), "--data-dir", str(tmp_path)],
        env={"AMQP_URL": desk.amqp_url, "SUPPORT_AGENT_IDS": named},
        catch_exceptions=False,
    )

    assert f"Иван ({ivan.id}) has no access any more." in ran.output
    assert ("SUPPORT_AGENT_IDS still names this id" in ran.output) is is_named
    ivan.receives("для сотрудников", after=ivan.says("/tickets"))


def test_a_stranger_with_a_used_or_wrong_invite_is_told_one_sentence_and_gets_nothing(
    desk: BotDesk, ivan: TelegramPerson, tmp_path: Path
) -> None:
    shown = payload(invite(desk, tmp_path))
    petr = desk.user("Пётр")
    petr.receives("Доступ сотрудника", after=petr.says(f"/start {shown}"))

    told = {
        ivan.receives(NO_INVITE, after=ivan.says(f"/start {wrong}")).text
        for wrong in (shown, "agent_", "agent_nonsense", f"agent_{'я' * 40}", f"{shown}x")
    }

    assert len(told) == 1
    with suppress(AgentNotFound):
        desk.tickets.find_agent(ivan.id)
        raise AssertionError("a stranger is an agent")
    ivan.receives("для сотрудников", after=ivan.says("/tickets"))
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))


def test_an_agent_with_an_invite_that_lets_nobody_in_is_told_that_they_need_none(
    desk: BotDesk, anna: TelegramPerson, tmp_path: Path
) -> None:
    shown = payload(invite(desk, tmp_path))
    petr = desk.user("Пётр")
    petr.receives("Доступ сотрудника", after=petr.says(f"/start {shown}"))

    for person, wrong in ((anna, shown), (anna, "agent_nonsense"), (petr, shown)):
        said = person.says(f"/start {wrong}")
        person.receives("Это приглашение уже не действует, но вам оно и не нужно", after=said)

    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))


def test_whoever_is_invited_back_is_on_duty_as_they_are_told(desk: BotDesk, tmp_path: Path) -> None:
    petr = desk.user("Пётр")
    first, second = (payload(invite(desk, tmp_path)) for _ in range(2))
    petr.receives("уведомления включены", after=petr.says(f"/start {first}"))
    petr.receives("Вы не на смене", after=petr.says("/duty off"))
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))

    petr.receives("уведомления включены", after=petr.says(f"/start {second}"))

    petr.receives("Вы на смене", after=petr.says("/duty"))
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))


def test_whoever_was_removed_reads_nothing_more_from_that_moment_on(
    desk: BotDesk, tmp_path: Path
) -> None:
    shown = payload(invite(desk, tmp_path))
    petr = desk.user("Пётр")
    petr.receives("Доступ сотрудника", after=petr.says(f"/start {shown}"))
    opened = desk.opens_in_app("Тайна")
    petr.receives("Тайна", after=petr.says(f"/view_{opened.id}"))

    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=petr.id))

    for call in (f"/view_{opened.id}", "/find Тайна", "/tickets"):
        petr.receives("для сотрудников", after=petr.says(call))


def test_an_open_invite_is_listed_until_somebody_is_let_in(
    desk: BotDesk, ivan: TelegramPerson, tmp_path: Path
) -> None:
    def listed() -> list[list[str]]:
        ran = CliRunner().invoke(
            agents, ["list", "--data-dir", str(tmp_path)], env={"AMQP_URL": desk.amqp_url}
        )
        return [line.split("\t") for line in ran.output.splitlines() if "\t" in line]

    name = f"Иван {uuid4()}"
    shown = payload(invite(desk, tmp_path, "--name", name))

    [(mark, _, until)] = [line for line in listed() if line[1] == name]
    assert mark == "invite"
    assert re.match(r"open until \d{4}-\d\d-\d\d \d\d:\d\d, made by ", until)
    assert all(len(line) == 3 for line in listed())
    ivan.receives("Доступ сотрудника", after=ivan.says(f"/start {shown}"))
    assert name not in [line[1] for line in listed()]
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=ivan.id))
