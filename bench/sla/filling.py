"""A database of sla that is full of running cycles: filled once, and used by all measurements."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.faults.report import Report
from bench.sla.tickets import Kept, Tickets
from chassis.clock import SystemClock
from chassis.settings import load
from chassis.storage.database import Database
from chassis.storage.migrate import upgrade
from chassis.storage.store import Store
from cli.desk import ROOT
from cli.postgres import PrivatePostgres
from services.sla.domain import Edition
from services.sla.editions import Editions
from services.sla.keeping import keep_all_new
from services.sla.promises import Rules
from services.sla.settings import Settings

BATCH = 1_000
CONFIG = {"SUPPORT_CONFIG": str(ROOT / "support.toml")}


@dataclass(frozen=True)
class Filled:
    """The database, and what makes more tickets for it."""

    kind: str
    url: str
    directory: Path
    store: Store
    tickets: Tickets
    editions: Editions

    def add(self, kept: Sequence[Kept]) -> None:
        """Keep the clocks of new tickets, all at once."""
        with self.store.writing() as session:
            keep_all_new(session, kept)


@contextmanager
def filled_database(kind: str, cycles: int, report: Report) -> Iterator[Filled]:
    """So many running cycles in a database of that kind; all is gone afterwards."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="support-bench-")))
        url = f"sqlite:///{directory / 'sla.sqlite3'}"
        if kind == "postgresql":
            server = stack.enter_context(PrivatePostgres(outlives_power_cut=True))
            url = server.create_database("sla")
        upgrade("sla", url)
        filled = open_empty(kind, url, directory)
        stack.callback(filled.store.database.close)
        began = time.monotonic()
        fill(filled, cycles)
        report.tell(f"{cycles} running cycles on {kind}, in {time.monotonic() - began:.0f} s")
        yield filled


def open_empty(kind: str, url: str, directory: Path) -> Filled:
    """A migrated database that promises what `support.toml` does."""
    clock = SystemClock()
    now, rules = clock.now(), Rules.of(load(Settings, CONFIG).file)
    tickets = Tickets((Edition(now, rules.policy()),), now)
    store = Store(Database(url), clock)
    return Filled(kind, url, directory, store, tickets, Editions(rules, now))


def fill(filled: Filled, cycles: int) -> None:
    """Add tickets whose clocks run and rest."""
    for first in range(0, cycles, BATCH):
        batch = range(first, min(first + BATCH, cycles))
        filled.add([filled.tickets.resting() for _ in batch])
    _tidy(filled.url)


def _tidy(url: str) -> None:
    """What a database that has grown slowly has done meanwhile, and would do while we measure."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    is_sqlite = engine.dialect.name == "sqlite"
    chores = ("ANALYZE",) if is_sqlite else ("VACUUM ANALYZE", "CHECKPOINT")
    with engine.connect() as connection:
        for chore in chores:
            connection.execute(text(chore))
    engine.dispose()
