"""The desks that are broken: two of each service on PostgreSQL, or one on SQLite."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.postgres import PrivatePostgres
from tests.support.breaking import BreakableDesk, breakable_desk


@contextmanager
def running_desk(kind: str, *, replicas: int | None = None) -> Iterator[BreakableDesk]:
    """A desk of a kind, up and healthy; everything of it is gone afterwards."""
    is_on_files = kind == "sqlite"
    postgres = None if is_on_files else PrivatePostgres(may_be_killed=True)
    count = replicas or (1 if is_on_files else 2)
    with (
        tempfile.TemporaryDirectory(prefix="support-bench-") as directory,
        breakable_desk(Path(directory), postgres=postgres, replicas=count) as breakable,
    ):
        yield breakable
