"""Users who open tickets while something breaks, and remember every answer they got."""

import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from tests.support.running_desk import RunningDesk
from tests.support.story import AppUser, app_user

PATIENCE_SECONDS = 60.0
PACE_SECONDS = 0.1
"""Other tests run beside: how much a desk bears is measured in bench/."""


@dataclass
class OpeningTickets:
    """Opens tickets from several threads while a `with` block lasts.

    Each request is repeated with its key until it is answered with 201, as a careful client does;
    whatever else happens on the way (a cut connection, 503) is an unknown outcome.
    """

    desk: RunningDesk
    threads: int = 4
    acknowledged: list[tuple[AppUser, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _running: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        for number in range(self.threads):
            thread = threading.Thread(target=self._open_tickets, args=(f"Клиент {number}",))
            thread.start()
            self._running.append(thread)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for thread in self._running:
            thread.join(PATIENCE_SECONDS)

    def _open_tickets(self, name: str) -> None:
        user = app_user(self.desk, name)
        while not self._stopping.is_set():
            self._open_one(user)
            self._stopping.wait(PACE_SECONDS)

    def _open_one(self, user: AppUser) -> None:
        key, body = str(uuid4()), {"description": f"Не открывается урок {uuid4()}"}
        while True:
            try:
                answer = user.asks("POST", "/tickets/", json=body, headers={"Idempotency-Key": key})
            except httpx.HTTPError:
                self._stopping.wait(0.05)
                continue
            if answer.status_code == 201:
                self.acknowledged.append((user, answer.json()))
                return
            if answer.status_code != 503:
                self.refused.append(f"{answer.status_code} {answer.text}")
                return
            self._stopping.wait(0.05)
