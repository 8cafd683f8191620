"""Files through the gateway as a process: bodies in pieces, cut off, and large."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.files.store import FileStore
from contracts.errors import Unavailable
from contracts.tickets import AttachmentView
from tests.support.files import ACCEPTED
from tests.support.gateway import API, FakeServices, token
from tests.support.gateway_process import GatewayProcess, wait_until
from tests.support.responder import Responder

PNG = ACCEPTED["image/png"]
LARGE = b"line of a log\n" * (19 * 2**20 // 14)
PEOPLE = ("anna", "boris", "vera", "gleb")
"""Fewer than a worker has places, so that all find one wherever they come to."""
HEAD = b'--xx\r\nContent-Disposition: form-data; name="attachments"; filename="a.png"\r\n\r\n'
FORM = {"Content-Type": "multipart/form-data; boundary=xx"}


@pytest.fixture(scope="module")
def url(new_amqp_url: Callable[[], str]) -> str:
    return new_amqp_url()


@pytest.fixture(scope="module")
def services(url: str) -> Iterator[Responder]:
    played = FakeServices()
    played.answers["incidents.get_status"] = Unavailable("silent")
    with Responder(url, played) as responder:
        yield responder


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="module")
def gateway(url: str, services: Responder, data_dir: Path) -> Iterator[GatewayProcess]:
    with GatewayProcess(data_dir, url) as process:
        wait_until(lambda: process.opens_ticket().status_code == 201)
        yield process


def sends(gateway: GatewayProcess, contents: bytes, name: str = "a.png", user: str = "anna") -> int:
    body = HEAD.replace(b"a.png", name.encode()) + contents + b"\r\n--xx--\r\n"
    answer = gateway.as_user("POST", "/tickets/", user=user, data=body, headers=FORM, timeout=60)
    return answer.status_code


def workers(gateway: GatewayProcess) -> list[int]:
    assert gateway.process is not None
    children = Path(f"/proc/{gateway.process.pid}/task/{gateway.process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def peak_bytes(gateway: GatewayProcess) -> int:
    """The most memory that any of the workers ever had."""
    told = (Path(f"/proc/{pid}/status").read_text() for pid in workers(gateway))
    lines = [line for one in told for line in one.splitlines() if line.startswith("VmHWM")]
    return max(int(line.split()[1]) for line in lines) * 1024


def test_a_body_in_pieces_is_put_together(gateway: GatewayProcess, services: Responder) -> None:
    body = HEAD + PNG + b"\r\n--xx--\r\n"
    pieces = (body[at : at + 7] for at in range(0, len(body), 7))

    answer = gateway.as_user("POST", "/tickets/", data=pieces, headers=FORM)

    assert answer.status_code == 201, answer.text
    (file,) = services.services.last("tickets.open_ticket").attachments
    assert file.size == len(PNG)


def test_an_empty_body_is_told_so(gateway: GatewayProcess) -> None:
    answer = gateway.as_user("POST", "/tickets/", data=b"", headers=FORM)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_multipart")


def test_large_files_at_once_are_not_held_in_memory(
    gateway: GatewayProcess, services: Responder, data_dir: Path
) -> None:
    sends(gateway, PNG)
    before = peak_bytes(gateway)

    with ThreadPoolExecutor(len(PEOPLE)) as crowd:
        answered = list(crowd.map(lambda user: sends(gateway, LARGE, "a.log", user), PEOPLE))

    assert answered == [201] * len(PEOPLE)
    (file,) = services.services.last("tickets.open_ticket").attachments
    assert FileStore(str(data_dir / "files")).read(file.key) == LARGE
    assert peak_bytes(gateway) - before < len(LARGE)
    assert list((data_dir / "gateway" / "uploads").iterdir()) == []


def test_a_large_file_comes_back_whole(
    gateway: GatewayProcess, services: Responder, data_dir: Path
) -> None:
    key = FileStore(str(data_dir / "files")).keep(LARGE)
    view = AttachmentView(id=12, name="a.log", media_type="text/plain", size=len(LARGE), key=key)
    services.services.answers["tickets.get_attachment"] = lambda _: view

    answer = gateway.as_user("GET", "/attachments/12/", timeout=60)

    assert answer.status_code == 200
    assert answer.content == LARGE
    assert answer.headers["Content-Length"] == str(len(LARGE))


def test_whoever_hangs_up_in_the_middle_leaves_nothing_and_holds_no_place(
    gateway: GatewayProcess, services: Responder, data_dir: Path
) -> None:
    services.services.asked.clear()
    for _ in range(20):
        begins_and_hangs_up(gateway, f"k-{uuid4().hex}")

    wait_until(lambda: sends(gateway, PNG) == 201)

    opened = [name for name, _ in services.services.asked if name == "tickets.open_ticket"]
    assert len(opened) == 1
    assert list((data_dir / "gateway" / "uploads").iterdir()) == []


def begins_and_hangs_up(gateway: GatewayProcess, key: str) -> None:
    head = (
        f"POST {API}/tickets/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: {FORM['Content-Type']}\r\n"
        "Content-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as connection:
        connection.sendall(head.encode() + HEAD + b"x" * 300_000)


def test_slow_senders_leave_room_for_everybody_else(gateway: GatewayProcess) -> None:
    head = (
        f"POST {API}/tickets/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n"
        f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: 1000000\r\n\r\n"
    )
    slow = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(head.encode() + HEAD)
        wait_until(lambda: sends(gateway, PNG) == 503)
        assert gateway.opens_ticket().status_code == 201
    finally:
        for connection in slow:
            connection.close()
    wait_until(lambda: sends(gateway, PNG) == 201)
