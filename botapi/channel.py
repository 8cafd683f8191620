"""The wire to a local Bot API server's control surface, and the patience to wait on it."""

import json
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import HTTPError

T = TypeVar("T")

ANSWER_SECONDS = 40.0
POLL_SECONDS = 10.0


class Refused(Exception):
    """The server says why it would not do it."""


class Gone(ConnectionError):
    """The server does not answer, or ended while it was asked."""


class NothingHappened(AssertionError):
    """What was waited for did not come before the deadline."""


class ControlChannel:
    """Safe to share between threads: every request has its own connection."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # A proxy of the environment has no business between two programs on one machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls base_url: the token is appended to it."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot calls base_file_url."""
        return f"{self.url}/file/bot"

    def post(self, action: str, **body: Any) -> Any:
        """Raises Refused, Gone."""
        asked = urllib.request.Request(  # noqa: S310 - the address is the caller's own server
            f"{self.url}/_control/{action}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with self._opener.open(asked, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)["result"]
        except HTTPError as error:
            with error:
                raise Refused(json.load(error)["description"]) from None
        except (OSError, HTTPException) as fault:
            raise Gone(f"{self.url} does not answer: {fault}") from fault

    def revision(self) -> int:
        """A number that grows with every change."""
        return int(self.post("wait"))

    def wait_for_change(self, since: int, seconds: float) -> int:
        """The revision, as soon as it is past `since`, or after this time."""
        return int(self.post("wait", since=since, seconds=seconds))

    def wait_until(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        """Look after every change until there is something to see, and return it."""
        deadline = time.monotonic() + seconds
        revision = self.revision()
        while True:
            seen = look()
            if seen:
                return seen
            left = deadline - time.monotonic()
            if left <= 0:
                raise NothingHappened(f"{what}: nothing within {seconds} s")
            revision = self.wait_for_change(revision, min(left, POLL_SECONDS))
