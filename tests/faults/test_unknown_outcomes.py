"""Nobody heard the answer: what was asked is there once or not at all, and asking again is safe."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.history.outcome import wait_until_at_rest
from tests.support.running_desk import PROCESSES, RunningDesk
from tests.support.story import AppUser, admin, app_user
from tests.support.waiting import wait_until
from tests.support.wiretap import rows

TOGETHER = 8
COMMITS_AT_START = 2
"""Of tickets: it closes what is over, and sweeps."""


@pytest.fixture
def desk(shared_desk: RunningDesk) -> Iterator[RunningDesk]:
    """Well before and after."""
    shared_desk.wait_until_healthy()
    yield shared_desk
    shared_desk.wait_until_healthy()


def sends(user: AppUser, key: str, words: str) -> httpx.Response:
    """One try to open a ticket with a key."""
    headers = {"Idempotency-Key": key}
    return user.asks("POST", "/tickets/", json={"description": words}, headers=headers)


def insists(user: AppUser, key: str, words: str) -> dict[str, Any]:
    """Try until the desk has an answer."""

    def answered() -> dict[str, Any] | None:
        reply = sends(user, key, words)
        return reply.json() if reply.status_code == 201 else None

    ticket: dict[str, Any] = wait_until(answered, 30, "no answer with 201")
    return ticket


@pytest.mark.parametrize(
    ("point", "kept"), [("transaction.before_commit", 0), ("transaction.after_commit", 1)]
)
def test_a_process_that_dies_around_its_commit_leaves_one_ticket_after_a_repeat(
    desk: RunningDesk, point: str, kept: int
) -> None:
    user, key, words = app_user(desk), str(uuid4()), f"Умер на полуслове {uuid4()}"
    wait_until_at_rest(desk)
    desk.stop_all("gateway")  # what others asked or told would be its next commit
    desk.start_and_wait("tickets", SUPPORT_CRASH_AT=f"{point}:{COMMITS_AT_START + 1}")

    reply = sends(user, key, words)
    desk.wait_for_death("tickets")
    left = rows(desk, f"messages WHERE body = '{words}'", "tickets")
    for process in PROCESSES:
        if process != "gateway":
            desk.start(process)
    ticket = insists(user, key, words)

    assert (reply.status_code, left) == (503, kept)
    assert [one["id"] for one in user.lists()] == [ticket["id"]]
    assert user.reads(ticket["id"])["description"] == words


def test_the_same_key_at_once_from_many_clients_opens_one_ticket(desk: RunningDesk) -> None:
    user, key, words = app_user(desk), str(uuid4()), "Нажали дважды"
    together = threading.Barrier(TOGETHER)

    def sends_with_others(_number: int) -> httpx.Response:
        together.wait()
        return sends(user, key, words)

    with ThreadPoolExecutor(TOGETHER) as clients:
        replies = list(clients.map(sends_with_others, range(TOGETHER)))

    known = [reply.json()["id"] for reply in replies if reply.status_code == 201]
    others = {reply.json()["code"] for reply in replies if reply.status_code != 201}
    assert len(set(known)) == 1
    assert others <= {"idempotency_key_in_progress"}
    assert [one["id"] for one in user.lists()] == known[:1]


def test_a_client_that_hangs_up_before_the_answer_finds_its_ticket_by_the_key(
    desk: RunningDesk,
) -> None:
    user, key, words = app_user(desk), str(uuid4()), "Пропала сеть"

    hang_up_after_sending(desk, user, key, words)
    ticket = insists(user, key, words)

    assert [one["id"] for one in user.lists()] == [ticket["id"]]


def hang_up_after_sending(desk: RunningDesk, user: AppUser, key: str, words: str) -> None:
    body = httpx.Request("POST", desk.url, json={"description": words}).content
    head = (
        "POST /api/support/tickets/ HTTP/1.1\r\nHost: desk\r\n"
        f"Authorization: Bearer {user.token}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", desk.port)) as line:
        line.sendall(head.encode() + body)


def test_a_message_repeated_over_a_kill_of_the_gateway_is_there_once(desk: RunningDesk) -> None:
    user = app_user(desk)
    ticket = user.opens_ticket("Жду ответа")
    path = f"/tickets/{ticket['id']}/add_message/"
    keys = {str(uuid4()): f"Сообщение {number}" for number in range(20)}

    def adds(key: str) -> bool:
        try:
            headers = {"Idempotency-Key": key}
            reply = user.asks("POST", path, json={"message": keys[key]}, headers=headers)
        except httpx.HTTPError:
            return False
        return reply.status_code == 201

    with ThreadPoolExecutor(4) as clients:
        sent = [clients.submit(adds, key) for key in keys]
        wait_until(lambda: any(one.done() for one in sent), 20)
        desk.kill("gateway")
        desk.start("gateway")
    for key, words in keys.items():
        wait_until(lambda key=key: adds(key), 30, f"{words} was not taken")

    bodies = [message["body"] for message in admin(desk).reads(ticket["id"])["messages"]]
    assert sorted(bodies) == sorted(["Жду ответа", *keys.values()])
