"""The four databases of a desk as its processes would find them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from chassis.clock import Clock, clock_for
from chassis.settings import ConfigurationError, ProcessSettings
from chassis.settings_check import settings_of
from cli.desk import DATABASES
from cli.safekeeping.cut import Source
from cli.safekeeping.postgres_source import PostgresSource
from cli.safekeeping.postgres_target import PostgresTarget
from cli.safekeeping.sqlite_source import SqliteSource
from cli.safekeeping.sqlite_target import SqliteTarget
from cli.trouble import Trouble

Target = SqliteTarget | PostgresTarget


@dataclass(frozen=True)
class Databases:
    """Where each process has its own, and what they agree on."""

    urls: dict[str, URL]
    clock: Clock
    kept: timedelta
    """How long a handled event is remembered."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Databases":
        """As the settings say. Raises Trouble when they are wrong, or two share a database."""
        try:
            settings = {process: settings_of(process, environment) for process in DATABASES}
        except ConfigurationError as fault:
            raise Trouble(str(fault)) from None
        urls = {process: make_url(each.database_url) for process, each in settings.items()}
        for process, url in urls.items():
            if others := [name for name in urls if name != process and urls[name] == url]:
                raise Trouble(
                    f"{process} and {others[0]} share one database: give each its own "
                    f"({process.upper()}_DATABASE_URL, {others[0].upper()}_DATABASE_URL)."
                )
        first: ProcessSettings = settings[DATABASES[0]]
        return cls(urls, clock_for(first.clock_file), first.handled_kept)

    def targets(self, stamp: str) -> list[Target]:
        """All of them, to be replaced; first those that can be put back. Raises Trouble."""
        found: list[Target] = []
        for process, url in self.urls.items():
            is_sqlite = url.get_backend_name() == "sqlite"
            found.append(
                SqliteTarget(process, url, stamp) if is_sqlite else PostgresTarget(process, url)
            )
        return sorted(found, key=lambda target: isinstance(target, PostgresTarget))

    @contextmanager
    def opened(self) -> Iterator[list[Source]]:
        """All of them, to be copied. Raises Trouble when one is not there."""
        with ExitStack() as stack:
            sources: list[Source] = []
            for process, url in self.urls.items():
                is_sqlite = url.get_backend_name() == "sqlite"
                open_source = SqliteSource if is_sqlite else PostgresSource
                sources.append(open_source(process, url))
                stack.callback(sources[-1].close)
            yield sources


def place_of(url: URL) -> str:
    """Where a database is, for whoever must see that it is the one they mean."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite {url.database}"
    port = f":{url.port}" if url.port else ""
    return f"PostgreSQL {url.host or 'on this machine'}{port}/{url.database}"


def revision_of(source: Source) -> str:
    """The migration that a database stands at. Raises Trouble when it has none."""
    try:
        found = source.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        found = None
    if found is None:
        raise Trouble(f"The database of {source.process} is empty: ./support migrate fills it.")
    return str(found)
