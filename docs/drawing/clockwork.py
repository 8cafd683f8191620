"""Warnings that climb, deadlines that a decision has missed, and what is told when a process is
away."""

from amqp import Message

from chassis.broker.address import BrokerAddress
from docs.drawing.stage import START, Day
from tests.support.story import admin, app_user

OPENED = 5.7
"""Hours after the begin of the day."""
TARGET = 2.0
"""Hours that a P1 ticket may wait."""
ANSWERED_LATE = "Не приходит код подтверждения"


def _climbing(day: Day) -> None:
    """Whoever took a ticket does not answer; then its answer is heard of late."""
    anna, boris, olga, desk = day.anna, day.boris, day.olga, day.desk
    START.set(desk, day.album, OPENED)
    question = app_user(desk, "Пётр").opens_ticket("Как вернуть деньги за урок?")["id"]
    oleg = app_user(desk, "Олег")
    number = oleg.opens_ticket(ANSWERED_LATE, category="login", impact="blocked")["id"]
    anna.receives("ваш", after=anna.says(f"/take {number}"))
    START.set(desk, day.album, OPENED + 0.82 * TARGET)
    anna.receives("Скоро срок", ANSWERED_LATE, within=60)
    START.set(desk, day.album, OPENED + 0.915 * TARGET)
    climbed = boris.receives("всё ещё ждёт", ANSWERED_LATE, within=60)
    day.shows("climbed", boris, climbed)
    START.set(desk, day.album, OPENED + 0.96 * TARGET)
    day.shows("lead", boris, boris.receives("вот-вот", ANSWERED_LATE, within=60))
    desk.stop("tickets")
    desk.start("tickets", SUPPORT_CRASH_AT="relay.before_publish")
    desk.wait_until_healthy()
    path = f"/tickets/{number}/add_message/"
    admin(desk).asks("POST", path, json={"message": "Код снова приходит."})
    desk.wait_for_death("tickets")
    START.set(desk, day.album, OPENED + 1.03 * TARGET)
    breached = boris.receives("SLA нарушен", ANSWERED_LATE, within=60)
    said = olga.says("Звук появился, спасибо!")
    day.shows("waits", olga, said, olga.receives("сохранено", after=said, within=60))
    desk.start_and_wait("tickets")
    late = boris.receives("Нарушения SLA не было", after=breached, within=60)
    day.shows("breach-withdrawn", boris, late)
    anna.says(f"/priority {question} P1")
    day.shows("late-by-priority", boris, boris.receives("SLA нарушен", "Почему", within=60))


def _parked(day: Day) -> None:
    """Something comes that no process can read."""
    connection = BrokerAddress.parse(day.desk.amqp_url).connect()
    try:
        channel = connection.channel()
        channel.basic_publish(Message("no event"), routing_key="sla.hear_opened")
    finally:
        connection.close()
    day.shows("parked", day.anna, day.anna.receives("не смог обработать", within=30))


ACTS = (_climbing, _parked)
