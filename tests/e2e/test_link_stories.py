"""Something breaks for many, and whoever has asked about it hears that we know."""

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import RunningDesk
from tests.support.story import app_user, ticket_named_in
from tests.support.waiting import wait_until


def test_whoever_asked_about_an_incident_hears_that_we_know_of_it(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    vera, anna = desk.telegram.person(900_501, "Вера"), app_user(desk, "Анна")
    opened = vera.receives("принято", after=vera.says("Платёж по карте не проходит"))
    asked = ticket_named_in(agent.receives("Новый тикет", "Платёж по карте не проходит"))
    in_app = anna.opens_ticket("Карту не принимает")["id"]
    declared = agent.says("/incident Платежи не проходят")
    agent.receives("объявлен", "Платежи не проходят", after=declared)

    for ticket_id in (asked, in_app, asked):
        linked = agent.says(f"/link {ticket_id}")
        agent.receives(f"#{ticket_id} связан с инцидентом", after=linked)

    vera.receives(f"№{asked}: мы уже знаем", "«Платежи не проходят»", after=opened)
    wait_until(lambda: anna.reads(in_app)["incident"], describe="the app shows no incident")
    seen = anna.reads(in_app)
    assert (seen["status"], seen["first_response_at"]) == ("open", None)
    assert (seen["incident"]["title"], seen["incident"]["status"]) == (
        "Платежи не проходят",
        "investigating",
    )
    assert seen["messages"][-1]["author"]["kind"] == "system"
    assert "«Платежи не проходят». Выясняем." in seen["messages"][-1]["body"]
    resolved = agent.says("/resolve Платежи снова проходят")
    agent.receives("завершён", after=resolved)
    anna.sees(in_app, "the end", incident={**seen["incident"], "status": "resolved"})
    wait_until(
        lambda: "Платежи снова проходят" in anna.reads(in_app)["messages"][-1]["body"],
        describe="the end is not told in the ticket",
    )
    assert len([one for one in vera.received() if "мы уже знаем" in one.text]) == 1
