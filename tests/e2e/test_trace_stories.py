"""One request can be followed through every process that had a part in it."""

from uuid import uuid4

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import RunningDesk
from tests.support.story import app_user
from tests.support.waiting import wait_until


def test_the_request_id_of_the_app_stands_in_every_log(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    anna, trace = app_user(desk), f"trace-{uuid4().hex[:12]}"

    answer = anna.asks(
        "POST",
        "/tickets/",
        json={"description": "Проследите за мной"},
        headers={"X-Request-ID": trace},
    )

    assert answer.headers["X-Request-ID"] == trace
    agent.receives(f"/view_{answer.json()['id']}")
    for process in ("gateway", "tickets", "sla", "bot"):
        wait_until(lambda name=process: trace in desk.log(name), 5, f"the trace in {process}")
