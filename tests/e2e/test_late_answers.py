"""Clocks that run out: told once before the deadline, and once at it.

On a desk of their own, since they move the time of everything on it.
"""

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import RunningDesk
from tests.support.story import app_user, first_response_is

MINUTE = 60.0


def test_a_p1_ticket_nobody_answers_is_warned_of_once_and_breached_once(
    late_desk: RunningDesk, late_agent: TelegramPerson
) -> None:
    anna = app_user(late_desk)
    ticket = anna.opens_ticket("Горит!", impact="blocked")
    notice = late_agent.receives(f"/view_{ticket['id']}")

    late_desk.set_clock(100 * MINUTE)
    first_response_is(anna, ticket["id"], "imminent_breach")
    warning = late_agent.receives(
        "Скоро срок SLA", f"/view_{ticket['id']}", after=notice, within=15
    )
    late_desk.set_clock(121 * MINUTE)
    first_response_is(anna, ticket["id"], "breaching")
    breach = late_agent.receives("SLA нарушен", f"/view_{ticket['id']}", after=warning, within=15)
    late_agent.presses(breach, "Почему такой срок")
    late_agent.receives("Цель: 2 ч", "просрочен", "Засчитано", after=breach)

    assert f"/view_{ticket['id']}" in _sla_list(late_agent)
    alarms = [seen.id for seen in late_agent.received() if "SLA" in seen.text]
    assert alarms == [warning.id, breach.id]

    late_agent.says(f"/reply {ticket['id']} Простите за ожидание")
    first_response_is(anna, ticket["id"], "breached")
    late_desk.set_clock(0)


def test_an_answer_in_time_is_never_called_a_breach(
    late_desk: RunningDesk, late_agent: TelegramPerson
) -> None:
    anna = app_user(late_desk)
    ticket = anna.opens_ticket("Успеете?", impact="blocked")
    notice = late_agent.receives(f"/view_{ticket['id']}")
    late_agent.says(f"/reply {ticket['id']} Успели")
    first_response_is(anna, ticket["id"], "achieved")
    other = anna.opens_ticket("А сюда?", impact="blocked")

    late_desk.set_clock(24 * 60 * MINUTE)

    late_agent.receives("SLA нарушен", f"/view_{other['id']}", after=notice)
    in_time = f"/view_{ticket['id']}"
    assert in_time not in _sla_list(late_agent).split()
    alarms = [one.text for one in late_agent.received() if one.id > notice.id and "SLA" in one.text]
    assert [text for text in alarms if in_time in text.split()] == []
    first_response_is(anna, ticket["id"], "achieved")
    late_desk.set_clock(0)


def _sla_list(agent: TelegramPerson) -> str:
    asked = agent.says("/sla")
    return agent.receives("сро", after=asked).text
