"""Tickets somebody wants opened, each under a key of its own, and what every sending came to."""

import http.client
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.support.story import API, AppUser
from tests.support.waiting import wait_until

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """One answer, and how long it took."""

    status: int
    seconds: float
    retry_after: str | None
    body: bytes


def ask(
    url: str,
    path: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: str = "",
) -> Answer:
    """One request on a connection of its own. A connection that breaks is the test's failure."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body.encode(), headers or {})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    took = time.monotonic() - began
    return Answer(answer.status, took, answer.getheader("Retry-After"), content)


class Wishes:
    """Sent all at once, again and again under the same keys, until each has been granted."""

    def __init__(self, user: AppUser, count: int = 8) -> None:
        self._user = user
        self._headers = {"Authorization": f"Bearer {user.token}"}
        self._wanted = {str(uuid4()): f"Не открывается урок {uuid4()}" for _ in range(count)}
        self._granted: dict[str, int] = {}

    def send(self) -> list[Answer]:
        """Every wish that has not been granted, at once."""
        keys = [key for key in self._wanted if key not in self._granted]
        with ThreadPoolExecutor(max(1, len(keys))) as threads:
            return list(threads.map(self._send, keys))

    def read_meanwhile(self) -> list[Answer]:
        """As many reads of the user's list, at once."""
        with ThreadPoolExecutor(len(self._wanted)) as threads:
            return list(threads.map(lambda _: self._read(), self._wanted))

    def send_until_granted(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Repeat what has not been granted until all is."""
        wait_until(lambda: all(answer.status == 201 for answer in self.send()), seconds)

    def assert_granted_once(self) -> None:
        """Each is a ticket, the one its 201 told of, and no more than one."""
        kept = Counter(ticket["subject"] for ticket in self._all_of_them())
        assert {kept[wish] for wish in self._wanted.values()} == {1}, kept
        for key, number in self._granted.items():
            assert self._description_of(number) == self._wanted[key]

    def _all_of_them(self) -> list[dict[str, Any]]:
        page: list[dict[str, Any]] = self._insist_on("/tickets/?limit=100")["results"]
        return page

    def _description_of(self, number: int) -> str:
        return str(self._insist_on(f"/tickets/{number}/")["description"])

    def _insist_on(self, path: str) -> dict[str, Any]:
        """Read until it is granted: a worker of the gateway that has found a service silent asks
        it once a second, also when another worker has long had an answer."""

        def read() -> dict[str, Any] | None:
            answer = self._user.asks("GET", path)
            return answer.json() if answer.status_code == 200 else None

        found: dict[str, Any] = wait_until(read, PATIENCE_SECONDS)
        return found

    def _send(self, key: str) -> Answer:
        headers = self._headers | {"Idempotency-Key": key, "Content-Type": "application/json"}
        body = json.dumps({"description": self._wanted[key]})
        answer = ask(
            self._user.desk.url, f"{API}/tickets/", method="POST", headers=headers, body=body
        )
        if answer.status == 201:
            self._granted[key] = json.loads(answer.body)["id"]
        return answer

    def _read(self) -> Answer:
        return ask(self._user.desk.url, f"{API}/tickets/", headers=self._headers)
