"""One request on its way through: when it came, how long it may take, who calls, which words."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from flask import Request, g

from chassis.catalogue import LANGUAGES, Catalogue
from chassis.clock import Clock
from chassis.deadline import Deadline
from services.gateway.identity import Identity

WRITE_SECONDS = 4.5
READ_SECONDS = 1.8
"""The client is promised an end within 5 s and 2 s (docs/guarantees.md, row 9). A tenth of that is
for what no deadline covers: the way, the line before a thread, a machine that is busy."""
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass
class Visit:
    """What the gateway remembers while it answers one request."""

    clock: Clock
    received_at: datetime
    deadline: Deadline
    request_id: str
    language: str
    asked_language: str | None
    """The language the caller asked for; None when it did not ask."""
    locale: str
    """The desk's own language."""
    identity: Identity | None = None

    def begin_anew(self) -> None:
        """The request has come only now, and the rest has as much time as any: sending files, and
        keeping them, takes as long as they are large. What was said meanwhile is no answer to it.
        """
        self.received_at = self.clock.now()
        self.deadline = Deadline.after(WRITE_SECONDS)

    @property
    def words(self) -> Catalogue:
        """The catalogue in the caller's language."""
        return Catalogue.read(self.language, "gateway")

    @property
    def desk_words(self) -> Catalogue:
        """The catalogue for what is stored and read by others."""
        return Catalogue.read(self.locale, "gateway")

    @property
    def caller(self) -> Identity:
        """Who is calling, where only those who said so come."""
        assert self.identity is not None, "a view that needs a caller must say so"
        return self.identity


def begin(request: Request, clock: Clock, locale: str) -> Visit:
    """Note what is known before anything is looked at."""
    asked = request.accept_languages.best_match(LANGUAGES)
    given = request.headers.get("X-Request-ID", "")
    seconds = READ_SECONDS if is_read(request) else WRITE_SECONDS
    return Visit(
        clock=clock,
        received_at=clock.now(),
        deadline=Deadline.after(seconds),
        request_id=given if SAFE_ID.fullmatch(given) else uuid4().hex,
        language=asked or locale,
        asked_language=asked,
        locale=locale,
    )


def is_read(request: Request) -> bool:
    return request.method in {"GET", "HEAD", "OPTIONS"}


def current() -> Visit:
    """The request being answered."""
    visit: Visit = g.visit
    return visit
