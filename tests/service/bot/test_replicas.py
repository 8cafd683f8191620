"""Two bots on one PostgreSQL: one works and the other stands by, whatever happens to the first."""

import itertools
import math
import time
from collections.abc import Callable, Iterator

import pytest

from botapi.sights import Call
from cli.ports import choose_port
from cli.postgres import PrivatePostgres
from services.bot.lease import LASTS
from tests.support.bot_desk import BotDesk, Process, running_bot_desk
from tests.support.bot_story import ticket_in
from tests.support.botapi import running_telegram
from tests.support.measured import Tell
from tests.support.postgres import passing_databases
from tests.support.waiting import wait_until

WORKS, STANDS_BY = "this replica does the work", "this one stands by"
TAKEN_OVER_SECONDS = 15.0
"""Promised in docs/guarantees.md."""


@pytest.fixture(scope="module")
def desk(
    new_amqp_url: Callable[[], str],
    postgres: PrivatePostgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BotDesk]:
    """A desk with two bots; the first has the work."""
    with (
        running_telegram() as telegram,
        passing_databases(postgres) as new_postgres_url,
        running_bot_desk(
            telegram,
            new_amqp_url(),
            tmp_path_factory.mktemp("replicas"),
            BOT_DATABASE_URL=new_postgres_url(),
        ) as running,
    ):
        running.add_replica(tmp_path_factory.mktemp("second"))
        yield running


@pytest.fixture
def two(desk: BotDesk) -> Iterator[tuple[Process, Process]]:
    """The one that works, and the one that stands by."""
    for replica in desk.replicas:
        if not replica.is_running():
            replica.start()
    wait_until(lambda: any(is_at_work(one) for one in desk.replicas), 30)
    holder = next(one for one in desk.replicas if is_at_work(one))
    other = next(one for one in desk.replicas if one is not holder)
    holder.wait_until_logged("bot-listener")
    other.wait_until_logged(STANDS_BY)
    desk.telegram.forget_calls()
    yield holder, other
    for replica in desk.replicas:
        if replica.is_running():
            replica.thaw()


def is_at_work(replica: Process) -> bool:
    return replica.is_running() and WORKS in replica.log.read_text(encoding="utf-8")


def polls_at_once(desk: BotDesk, died_at: float = math.inf) -> list[Call]:
    """The polls that began while one before was still going on; whoever died polls no more, though
    the server may not have noticed yet."""
    polls = sorted(desk.telegram.calls("getUpdates"), key=lambda call: call.at)
    assert len(polls) > 1

    def end(poll: Call) -> float:
        ended_at = math.inf if poll.ended_at is None else poll.ended_at
        return min(ended_at, died_at) if poll.at < died_at else ended_at

    return [later for earlier, later in itertools.pairwise(polls) if end(earlier) > later.at]


def test_only_one_of_two_polls(desk: BotDesk, two: tuple[Process, Process]) -> None:
    ivan = desk.user()

    for number in range(5):
        said = ivan.says(f"Вопрос {number}")
        ivan.receives("№", after=said)

    assert polls_at_once(desk) == []
    assert len(desk.tickets_of(ivan)) == 1


def test_when_the_one_that_works_is_killed_the_other_takes_over_and_nothing_is_lost_or_doubled(
    desk: BotDesk, two: tuple[Process, Process], record_property: Tell
) -> None:
    holder, other = two
    people = [desk.user(f"Человек {number}") for number in range(6)]
    for person in people[:3]:
        person.says("До")

    holder.kill()
    died_at, started = time.time(), time.monotonic()
    for person in people[3:]:
        person.says("После")
    other.wait_until_logged(WORKS, TAKEN_OVER_SECONDS)
    record_property("taken over after", f"{time.monotonic() - started:.1f} s")

    for person in people:
        assert ticket_in(person.receives("принято", within=TAKEN_OVER_SECONDS))
    assert time.monotonic() - started < 2 * TAKEN_OVER_SECONDS
    desk.waits_until_all_is_sent()
    for person in people:
        (ticket,) = desk.tickets_of(person)
        assert len(desk.tickets.get_ticket(ticket.id).messages) == 1
        welcomes = [one.text for one in person.received() if "принято" in one.text]
        assert ["Повтор" in text for text in welcomes] in ([False], [True], [False, True])
    assert polls_at_once(desk, died_at=died_at) == []


def test_a_bot_that_stands_still_loses_the_work_and_notices_when_it_goes_on(
    desk: BotDesk, two: tuple[Process, Process], record_property: Tell
) -> None:
    holder, other = two
    olga = desk.user("Ольга")

    holder.freeze()
    frozen = time.monotonic()
    olga.says("Пока он стоит")
    other.wait_until_logged(WORKS, TAKEN_OVER_SECONDS)
    took = time.monotonic() - frozen
    record_property("taken over after", f"{took:.1f} s")
    assert LASTS.total_seconds() - 3 < took < TAKEN_OVER_SECONDS
    olga.receives("принято", within=TAKEN_OVER_SECONDS)
    holder.thaw()

    assert holder.wait_until_dead() == 1
    said = olga.says("Ещё")
    olga.receives("Добавлено", after=said)
    (ticket,) = desk.tickets_of(olga)
    assert len(desk.tickets.get_ticket(ticket.id).messages) == 2
    assert polls_at_once(desk) == []


def test_a_bot_that_ends_hands_over_at_once(
    desk: BotDesk, two: tuple[Process, Process], record_property: Tell
) -> None:
    holder, other = two
    ended = time.monotonic()

    assert holder.stop() == 0
    other.wait_until_logged(WORKS, 5)

    took = time.monotonic() - ended
    record_property("taken over after", f"{took:.1f} s")
    assert took < LASTS.total_seconds()
    petr = desk.user("Пётр")
    petr.says("Кто-нибудь есть?")
    petr.receives("принято")
    assert polls_at_once(desk) == []


def test_the_one_that_stands_by_speaks_to_nobody(
    desk: BotDesk, two: tuple[Process, Process]
) -> None:
    _, other = two

    other.stop()

    told = other.log.read_text(encoding="utf-8")
    assert WORKS not in told
    assert '"ready"' not in told


def test_what_the_one_that_stands_by_is_brought_by_webhook_the_other_handles(
    desk: BotDesk, two: tuple[Process, Process]
) -> None:
    for replica in desk.replicas:
        if replica.is_running():
            replica.stop()
    doors = [choose_port() for _ in desk.replicas]
    url = f"http://127.0.0.1:{doors[1]}/telegram"  # whatever comes, comes to the second
    holder, other = desk.replicas
    for replica, port, ready in ((holder, doors[0], "bot-listener"), (other, doors[1], STANDS_BY)):
        replica.start(SUPPORT_BOT_WEBHOOK_URL=url, SUPPORT_BOT_WEBHOOK_PORT=str(port))
        replica.wait_until_logged(ready)
    holder.wait_until_logged("updates come by the webhook")
    maria = desk.user("Мария")

    maria.says("Через второго")
    maria.receives("принято")
    holder.kill()
    maria.says("И без первого")

    maria.receives("Добавлено", within=2 * TAKEN_OVER_SECONDS)
    (ticket,) = desk.tickets_of(maria)
    assert len(desk.tickets.get_ticket(ticket.id).messages) == 2
    assert desk.telegram.calls("getUpdates") == []
    other.stop()
