"""The gateway's application in this process, before services that are played by a few lines."""

import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from werkzeug.test import TestResponse

from chassis.settings import load
from contracts.errors import AttachmentNotFound, TicketNotFound, Unavailable
from contracts.event import Receipt
from contracts.incidents import IncidentStats
from contracts.sla import (
    AgentCompliance,
    Clocks,
    Compliance,
    CountedTerms,
    CountedWindow,
    CycleExplanation,
    CycleView,
    SlaStats,
    TicketClocks,
    TicketClocksList,
    TicketExplanation,
    WeekCompliance,
)
from contracts.tickets import (
    AddedMessage,
    AgentStats,
    AuthorView,
    FirstResponseStats,
    MessageView,
    RequesterView,
    TicketPage,
    TicketStats,
    TicketSummary,
    TicketView,
)
from contracts.vocabulary import (
    AuthorKind,
    CycleState,
    Delivery,
    Metric,
    Priority,
    Source,
    TicketStatus,
)
from services.gateway.app import create_app
from services.gateway.settings import Settings
from services.gateway.status_board import StatusBoard

SECRET = "a secret of more than thirty-two bytes, for tests alone"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
API = "/api/support"
PAGES = ("/status", "/status/feed.atom", "/status/badge.svg")


def token(sub: str = "anna", secret: str = SECRET, **claims: Any) -> str:
    """What the host application would make."""
    return jwt.encode({"sub": sub, "exp": int(time.time()) + 600, **claims}, secret, "HS256")


def make_ticket(number: int = 42, owner: str = "anna", **changes: Any) -> TicketView:
    """A ticket with its first message."""
    said = MessageView(
        id=1, author=AuthorView(kind=AuthorKind.USER, name="Анна"), body="Не вхожу", created_at=NOW
    )
    facts: dict[str, Any] = {
        "id": number,
        "version": 1,
        "subject": "Не вхожу",
        "category": "login",
        "priority": "P3",
        "status": TicketStatus.OPEN,
        "source": Source.APP,
        "created_at": NOW,
        "updated_at": NOW,
        "requester": RequesterView(id=owner, name="Анна", telegram_id=7),
        "last_message_at": NOW,
        "unread": 0,
        "description": "Не вхожу",
        "context": {"page": "/login"},
        "messages": [said],
    }
    return TicketView(**{**facts, **changes})


def agents_message(number: int = 2, delivery: Delivery = Delivery.DELIVERED) -> MessageView:
    author = AuthorView(kind=AuthorKind.AGENT, name="Олег", id="tg:5")
    return MessageView(
        id=number,
        author=author,
        body="Смотрим",
        created_at=NOW + timedelta(minutes=5),
        delivery=delivery,
    )


class FakeServices:
    """Plays every service behind RPC: answers by `service.method`, and remembers what was asked.

    A test replaces an answer by assigning to `answers`; one that is an exception is raised.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Be as at the beginning."""
        self.asked: list[tuple[str, Any]] = []
        self.timeouts: dict[str, float] = {}
        self.ticket = make_ticket()
        self.answers: dict[str, Any] = {
            "tickets.open_ticket": lambda _: Receipt(result=self.ticket),
            "tickets.get_ticket": self._get_ticket,
            "tickets.get_attachment": AttachmentNotFound("no such file"),
            "tickets.list_tickets": lambda _: TicketPage(results=[self._summary()], next="abc"),
            "tickets.add_user_message": lambda _: Receipt(
                result=AddedMessage(**dict(self.ticket.messages[0]))
            ),
            "tickets.answer_ticket": lambda _: Receipt(result=agents_message()),
            "tickets.introduce_requester": lambda _: None,
            "tickets.mark_read": lambda _: None,
            "tickets.get_stats": lambda _: self._ticket_stats(),
            "sla.describe_tickets": self._describe,
            "sla.forecast_clocks": lambda query: Clocks(
                first_response=CycleView(
                    due_at=query.created_at + timedelta(hours=24), state=CycleState.PENDING
                )
            ),
            "sla.explain_ticket": self._explain,
            "sla.get_sla_stats": lambda _: sla_stats(),
            "incidents.get_incident_stats": lambda _: IncidentStats(
                declared=2, resolved=1, average_seconds_to_resolve=60.0
            ),
            "incidents.get_status": Unavailable("silent"),
        }
        for name in ("tickets", "incidents", "sla"):
            self.answers[f"{name}.ping"] = lambda _: {"status": "ok"}
        self.answers["bot.ping"] = lambda _: {"status": "idle"}

    def call(
        self,
        service: str,
        method: str,
        message: Any = None,
        *,
        timeout: float,
        request_id: str | None = None,
    ) -> Any:
        name = f"{service}.{method}"
        self.asked.append((name, message))
        self.timeouts[name] = timeout
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        found = answer(message)
        return found.model_dump(mode="json") if hasattr(found, "model_dump") else found

    def last(self, name: str) -> Any:
        """The last message sent to `service.method`."""
        return next(message for asked, message in reversed(self.asked) if asked == name)

    def was_asked(self, name: str) -> bool:
        return any(asked == name for asked, _ in self.asked)

    def _get_ticket(self, query: Any) -> TicketView:
        if query.requester_id not in {None, self.ticket.requester.id} or query.ticket_id != 42:
            raise TicketNotFound("no such ticket")
        return self.ticket

    def _summary(self) -> TicketSummary:
        return TicketSummary.model_validate(self.ticket.model_dump())

    @staticmethod
    def _describe(query: Any) -> TicketClocksList:
        clocks = [
            TicketClocks(
                ticket_id=facts.id,
                first_response=CycleView(
                    due_at=facts.created_at + timedelta(hours=24), state=CycleState.PENDING
                ),
            )
            for facts in query.tickets
        ]
        return TicketClocksList(tickets=clocks)

    @staticmethod
    def _explain(query: Any) -> TicketExplanation:
        due_at = query.ticket.created_at + timedelta(hours=24)
        terms = CountedTerms(
            since=query.ticket.created_at,
            priority=Priority.P3,
            target_minutes=1440,
            calendar="24x7",
            timezone="Europe/Moscow",
            policy_version=1,
            policy_since=NOW - timedelta(days=1),
            due_at=due_at,
            cause="late",
        )
        cycle = CycleExplanation(
            due_at=due_at,
            state=CycleState.PENDING,
            metric=Metric.FIRST_RESPONSE,
            cycle=1,
            started_at=query.ticket.created_at,
            decisive=terms,
            terms=[terms],
            windows=[CountedWindow(since=query.ticket.created_at, until=due_at)],
            pauses=[],
        )
        return TicketExplanation(ticket_id=query.ticket.id, cycles=[cycle])

    @staticmethod
    def _ticket_stats() -> TicketStats:
        times = FirstResponseStats(average_seconds=60, median_seconds=50, p90_seconds=100)
        return TicketStats(
            open=3,
            open_by_priority={"P1": 3},
            by_status={"open": 3},
            by_category={"login": 3},
            opened=5,
            resolved=2,
            first_response=times,
            by_agent=[AgentStats(agent="Anna", agent_id="tg:7", answers=9, resolved=4)],
        )


@cache
def _settings(**environment: str) -> Settings:
    """Read once for all tests that want the same."""
    usual = {"SUPPORT_JWT_SECRET": SECRET, "SUPPORT_RATE_LIMITS": "off"}
    return load(Settings, usual | environment)


class Gateway:
    """The application with its fake services; `as_user` and `as_admin` are its callers."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.services = FakeServices()
        self.board = StatusBoard()
        settings = _settings(**environment).model_copy(update={"data_dir": directory})
        self.probe: Callable[[], str] = lambda: "ok"
        self.app = create_app(settings, self.services, self.board, lambda: str(self.probe()))

    def as_user(self, sub: str = "anna", **claims: Any) -> "Visitor":
        return Visitor(self, {"Authorization": f"Bearer {token(sub, **claims)}"})

    def as_admin(self, sub: str = "boss", **claims: Any) -> "Visitor":
        return self.as_user(sub, role="admin", **claims)

    def as_anyone(self) -> "Visitor":
        return Visitor(self, {})


class Visitor:
    """One caller with a token, or without."""

    def __init__(self, gateway: Gateway, headers: dict[str, str]) -> None:
        self._client = gateway.app.test_client()
        self._headers = headers

    def gets(self, path: str, **options: Any) -> TestResponse:
        return self.asks("GET", path, **options)

    def posts(self, path: str, body: Any, **options: Any) -> TestResponse:
        """`body` is bytes as they are, or a value to be made JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.asks("POST", path, data=data, **{"content_type": "application/json", **options})

    def asks(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        return self._client.open(
            path if path in PAGES or path.startswith("/api/") else API + path,
            method=method,
            headers={**self._headers, **(headers or {})},
            **options,
        )


def sla_stats() -> SlaStats:
    """Nine promises kept and one broken, all in one week and by one agent."""
    return SlaStats.of(
        9,
        1,
        reprioritised=2,
        closed_unanswered=3,
        by_priority={Priority.P1: Compliance.of(9, 1)},
        by_agent=[AgentCompliance.of(9, 1, agent="Anna", agent_id="tg:7")],
        by_week=[WeekCompliance.of(9, 1, week="2026-W09", starts_on=date(2026, 2, 23))],
    )
