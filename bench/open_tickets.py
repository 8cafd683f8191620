"""How long it takes to open a ticket over HTTP, and whether many clients at once see errors.

    ./support bench open-tickets --url http://127.0.0.1:8080 --token "$(./support token)"

Run it against a desk with SUPPORT_RATE_LIMITS=off. Clients keep their connection, as an app does.
"""

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import click

PATH = "/api/support/tickets/"
BODY = json.dumps({"description": "Не открывается урок\nПишет «нет доступа»", "category": "lesson"})


@dataclass
class Tally:
    """What one client saw: milliseconds of each request, and how often each outcome."""

    milliseconds: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


class Client:
    """One keep-alive connection that opens tickets one after the other."""

    def __init__(self, url: str, token: str) -> None:
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.netloc, timeout=15)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.tally = Tally()

    def is_answered(self) -> bool:
        """Does anybody answer at all, with whatever status?"""
        self.open_ticket()
        return all(outcome.isdecimal() for outcome in self.tally.outcomes)

    def open_ticket(self) -> None:
        started = time.perf_counter()
        try:
            self._connection.request("POST", PATH, BODY.encode(), self._headers)
            answer = self._connection.getresponse()
            answer.read()
            outcome = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            outcome = type(error).__name__
        self.tally.milliseconds.append((time.perf_counter() - started) * 1000)
        self.tally.outcomes[outcome] += 1


def run(url: str, token: str, *, requests: int, clients: int, seconds: float) -> None:
    """Open so many tickets with one client, then for so many seconds with `clients` at once."""
    alone = Client(url, token)
    if not alone.is_answered():
        raise click.ClickException(
            f"No desk answers at {url}: start one with ./support up, or name its address by --url."
        )
    for _ in range(20):
        alone.open_ticket()
    alone.tally = Tally()
    for _ in range(requests):
        alone.open_ticket()
    _print("1 client", [alone.tally], None)

    crowd = [Client(url, token) for _ in range(clients)]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=_keep_opening, args=(one, until)) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _print(f"{clients} clients", [one.tally for one in crowd], seconds)


def _keep_opening(client: Client, until: float) -> None:
    while time.monotonic() < until:
        client.open_ticket()


def _print(who: str, tallies: list[Tally], seconds: float | None) -> None:
    times = sorted(time for tally in tallies for time in tally.milliseconds)
    outcomes = sum((tally.outcomes for tally in tallies), Counter[str]())
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    rate = f", {len(times) / seconds:.0f} a second" if seconds else ""
    click.echo(f"{who}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {dict(outcomes)}{rate}")
