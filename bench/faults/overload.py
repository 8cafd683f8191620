"""Ten times the load: what is accepted is quick, the rest is refused in a way that can be repeated.

Row 16 of docs/guarantees.md.
"""

import json
import random
import time
from collections.abc import Callable
from itertools import cycle

from bench.faults.crowd import Crowd, ask
from bench.faults.desks import running_desk
from bench.faults.report import Report
from tests.support.running_desk import RunningDesk
from tests.support.story import AppUser, admin, app_user

TIMES = 10
PER_SECOND = {"open": 20.0, "write": 20.0, "read": 50.0, "answer": 5.0}
TICKETS = 300
USERS = 40
CALM_SECONDS = 5.0
BACK_TO_NORMAL_SECONDS = 15.0
QUICK_SECONDS, AS_BEFORE = 0.5, 1.5
"""Normal is as quick as this, or no slower than so many times what it was before; and no more of it
is refused than was before, on a machine that does not bear the usual load."""


def measure(report: Report, *, long: bool) -> None:
    """Overload a desk on each database for 60 s (20 s in small)."""
    for kind in report.kinds:
        with running_desk(kind) as breakable:
            report.tell(f"{kind}:")
            _overload(breakable.desk, report, 60.0 if long else 20.0)


def _overload(desk: RunningDesk, report: Report, seconds: float) -> None:
    mix = requests_of(desk, PER_SECOND)
    rate = sum(PER_SECOND.values())
    calm = ask(desk.port, rate, CALM_SECONDS, mix)
    report.tell(f"at {rate:.0f} a second: {calm.statuses()}, p99 {calm.p(0.99) * 1000:.0f} ms")
    crowd = ask(desk.port, TIMES * rate, seconds, mix)
    _judge(crowd, report)
    accepted = sum(one.status in {200, 201} for one in crowd.seen) / seconds
    usual = sum(one.status in {200, 201} for one in calm.seen) / CALM_SECONDS
    words = f"accepted {accepted:.0f} a second, in calm {usual:.0f} (at least half of that)"
    report.promise(words, holds=accepted >= usual / 2)
    took = _seconds_to_normal(desk, mix, calm)
    report.promise(f"back to normal in {took:.1f} s (15)", holds=took <= BACK_TO_NORMAL_SECONDS)


def _judge(crowd: Crowd, report: Report) -> None:
    statuses = crowd.statuses()
    report.tell(f"at ten times that: {statuses}")
    accepted, refused = crowd.p(0.99), crowd.p(0.99, accepted=False)
    report.promise(f"accepted p99 {accepted:.2f} s (5)", holds=accepted <= 5)
    report.tell(
        f"refused p99 {refused:.2f} s; the crowd itself was late by {crowd.lag(0.99):.2f} s"
    )
    others = set(statuses) - {200, 201, 429, 503}
    report.promise(f"answers other than 200, 201, 429, 503: {others or 'none'}", holds=not others)
    refusals = [one for one in crowd.seen if one.status in {429, 503}]
    mute = sum(not one.may_retry for one in refusals)
    report.promise(f"refusals without Retry-After: {mute} of {len(refusals)}", holds=not mute)


def _seconds_to_normal(desk: RunningDesk, mix: Callable[[], bytes], calm: Crowd) -> float:
    """From the end of the overload to that of the first second of the usual load that is answered
    as usual."""
    began, quick = time.monotonic(), max(QUICK_SECONDS, AS_BEFORE * calm.p(0.99))
    gone, is_normal = 0.0, False
    while not is_normal and gone < 2 * BACK_TO_NORMAL_SECONDS:
        again = ask(desk.port, sum(PER_SECOND.values()), 1.0, mix)
        gone = time.monotonic() - began
        is_normal = again.p(0.99) <= quick and again.refused() <= calm.refused()
    return gone


def requests_of(
    desk: RunningDesk, weights: dict[str, float], *, impact: str = "question"
) -> Callable[[], bytes]:
    """What makes a request of a random kind, some kinds oftener than others."""
    users, boss = [app_user(desk, f"Клиент {number}") for number in range(USERS)], admin(desk)
    is_mixed = set(weights) != {"open"}
    theirs = [
        (user, user.opens_ticket(f"Обращение {number}")["id"])
        for number, user in zip(range(TICKETS if is_mixed else 0), cycle(users), strict=False)
    ]

    def make() -> bytes:
        deed = random.choices(list(weights), list(weights.values()))[0]
        if deed == "open":
            body = {"description": "Не грузится", "impact": impact}
            return _request("POST", "/tickets/", random.choice(users), body)
        user, number = random.choice(theirs)
        path = f"/tickets/{number}/"
        if deed == "read":
            return _request("GET", path, user)
        who = user if deed == "write" else boss
        return _request("POST", f"{path}add_message/", who, {"message": "Ещё"})

    return make


def _request(method: str, path: str, who: AppUser, body: dict[str, str] | None = None) -> bytes:
    content = json.dumps(body).encode() if body else b""
    head = (
        f"{method} /api/support{path} HTTP/1.1\r\nHost: desk\r\n"
        f"Authorization: Bearer {who.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
