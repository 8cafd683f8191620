"""A database with a clock: what use cases are carried out on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.storage.commands import once
from chassis.storage.database import Database
from contracts.event import Command, Receipt

View = TypeVar("View", bound=BaseModel)
Wish = TypeVar("Wish", bound=Command)
Answer = TypeVar("Answer")


class Store:
    """Opens transactions and hands use cases what they need: a session and the time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def now(self) -> datetime:
        return self.clock.now()

    def writing(self) -> AbstractContextManager[Session]:
        """One transaction; see `Database.writing`."""
        return self.database.writing()

    def reading(self) -> AbstractContextManager[Session]:
        """One consistent look; see `Database.reading`."""
        return self.database.reading()

    def once(
        self,
        view: type[View],
        use_case: Callable[[Session, Wish, datetime], View],
        command: Wish,
    ) -> Receipt[View]:
        """Carry out `use_case(session, command, now)` in one transaction, once per command id."""
        now = self.now()
        with self.writing() as session:
            return once(
                session,
                command,
                now,
                view=view,
                carry_out=lambda: use_case(session, command, now),
            )

    def ask(self, query: Callable[..., Answer], *arguments: Any) -> Answer:
        """Answer `query(session, *arguments)` from one consistent look."""
        with self.reading() as session:
            return query(session, *arguments)

    def glance(self, query: Callable[..., Answer], *arguments: Any) -> Answer:
        """Answer `query(session, *arguments)` from one statement; see `Database.glancing`."""
        with self.database.glancing() as session:
            return query(session, *arguments)
