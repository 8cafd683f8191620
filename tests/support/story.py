"""The people of an end-to-end story: they write, read and wait as people do."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import httpx

from botapi.sights import ChatMessage
from tests.support import plain_http
from tests.support.running_desk import RunningDesk
from tests.support.waiting import wait_until

API = "/api/support"


@dataclass(frozen=True)
class AppUser:
    """Somebody in the product's app, with a token; an admin is one too."""

    desk: RunningDesk
    id: str
    name: str
    token: str

    def asks(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request with the token, whatever comes of it."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        url = f"{self.desk.url}{API}{path}"
        return plain_http.request(method, url, headers=headers, timeout=15, **options)

    def opens_ticket(self, description: str, **fields: Any) -> dict[str, Any]:
        """Send the form once; the ticket as the 201 tells it."""
        body = {"description": description, **fields}
        answer = self.asks(
            "POST", "/tickets/", json=body, headers={"Idempotency-Key": str(uuid4())}
        )
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def reads(self, ticket_id: int) -> dict[str, Any]:
        """The ticket as the app shows it now."""
        answer = self.asks("GET", f"/tickets/{ticket_id}/")
        assert answer.status_code == 200, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def writes(self, ticket_id: int, message: str) -> dict[str, Any]:
        """Add a message to the ticket."""
        answer = self.asks("POST", f"/tickets/{ticket_id}/add_message/", json={"message": message})
        assert answer.status_code == 201, answer.text
        added: dict[str, Any] = answer.json()
        return added

    def lists(self, **filters: Any) -> list[dict[str, Any]]:
        """All pages of the list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            answer = self.asks(
                "GET", "/tickets/", params=filters | ({"cursor": cursor} if cursor else {})
            )
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["results"]
            cursor = page["next"]
            if cursor is None:
                return found

    def sees(
        self, ticket_id: int, what: str, within: float = 15.0, **wanted: Any
    ) -> dict[str, Any]:
        """Read the ticket until it has all of `wanted`; `what` tells a failure."""

        def look() -> dict[str, Any] | None:
            ticket = self.reads(ticket_id)
            return ticket if all(ticket[name] == value for name, value in wanted.items()) else None

        seen: dict[str, Any] = wait_until(look, within, lambda: f"{what}: {self.reads(ticket_id)}")
        return seen


def app_user(desk: RunningDesk, name: str = "Анна", **claims: Any) -> AppUser:
    """A new user of the app."""
    user_id = f"user-{uuid4().hex[:12]}"
    return AppUser(desk, user_id, name, desk.token(user_id, name=name, **claims))


def admin(desk: RunningDesk, name: str = "Администратор") -> AppUser:
    """A new administrator of the app."""
    return app_user(desk, name, is_admin=True)


def public_status(desk: RunningDesk) -> dict[str, Any]:
    """The status as anybody sees it."""
    status: dict[str, Any] = plain_http.get(f"{desk.url}{API}/status/", timeout=5).json()
    return status


def banner_becomes(desk: RunningDesk, status: str, within: float = 15.0) -> dict[str, Any]:
    """Wait until the public status is `status`."""

    def look() -> dict[str, Any] | None:
        now = public_status(desk)
        return now if now["status"] == status else None

    found: dict[str, Any] = wait_until(look, within, lambda: f"status {public_status(desk)}")
    return found


def first_response_is(user: AppUser, ticket_id: int, state: str, within: float = 15.0) -> None:
    """Wait until the first-response clock of the ticket is in a state."""
    look = partial(_is_in_state, user, ticket_id, state)
    wait_until(look, within, lambda: f"clock {user.reads(ticket_id)['sla']}")


def ticket_named_in(message: ChatMessage) -> int:
    """The number of the ticket that a message to an agent offers to view."""
    found = re.search(r"/view_(\d+)", message.text)
    assert found, message.text
    return int(found.group(1))


def _is_in_state(user: AppUser, ticket_id: int, state: str) -> bool:
    clocks = user.reads(ticket_id)["sla"]
    return clocks is not None and clocks["first_response"]["state"] == state
