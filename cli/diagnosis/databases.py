"""Each process' own database: there, let in, at the newest schema, and shared with nobody."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from chassis.settings_check import settings_of
from chassis.storage.migrate import is_current
from cli.desk import DATABASES
from cli.diagnosis.finding import Finding, bad, well


def examine(environment: Mapping[str, str]) -> list[Finding]:
    """The four databases."""
    urls = {process: settings_of(process, environment).database_url for process in DATABASES}
    return [*_shared(urls), *(_examine(process, url) for process, url in urls.items())]


def _shared(urls: dict[str, str]) -> list[Finding]:
    users = defaultdict(list)
    for process, url in urls.items():
        users[url].append(process)
    return [
        bad(
            f"{' and '.join(processes)} share one database.",
            "Give each its own: "
            + ", ".join(f"{process.upper()}_DATABASE_URL" for process in processes),
        )
        for processes in users.values()
        if len(processes) > 1
    ]


def is_made(url: str) -> bool:
    """False of an SQLite file that is not there: to open it would make an empty one."""
    place = make_url(url)
    return place.get_backend_name() != "sqlite" or Path(place.database or "").exists()


def _examine(process: str, url: str) -> Finding:
    shown = make_url(url).render_as_string(hide_password=True)
    if not is_made(url):
        return bad(f"The database of {process} ({shown}) is not made yet.", "./support migrate")
    try:
        is_new = is_current(process, url)
    except SQLAlchemyError as fault:
        reason = str(fault.__cause__ or fault).splitlines()[0]
        return bad(
            f"The database of {process} ({shown}) does not let us in: {reason}",
            f"Start it, or correct {process.upper()}_DATABASE_URL.",
        )
    if not is_new:
        return bad(f"The database of {process} ({shown}) is behind.", "./support migrate")
    return well(f"The database of {process} is up to date.")
