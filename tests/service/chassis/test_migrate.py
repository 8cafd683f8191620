"""Migrations: all or nothing, and again and again."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from chassis.storage import migrate
from chassis.storage.migrate import is_current, upgrade
from cli.ports import choose_port

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade():
    op.create_table("first", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
"""


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only migration of a process `paper`; a test writes it."""
    versions = tmp_path / "paper" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions.parent / "env.py").write_text(
        "from chassis.storage.migrate import run_in_alembic\n\nrun_in_alembic()\n"
    )
    monkeypatch.setattr(migrate, "SERVICES", tmp_path)
    return versions / "0001.py"


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_a_migration_that_breaks_in_the_middle_leaves_nothing(
    history: Path, database_url: str
) -> None:
    history.write_text(MIGRATION.format(then="raise RuntimeError('the power went out')"))
    with pytest.raises(RuntimeError, match="power"):
        upgrade("paper", database_url)
    assert "first" not in tables(database_url)

    history.write_text(MIGRATION.format(then="pass"))
    upgrade("paper", database_url)

    assert "first" in tables(database_url)
    assert is_current("paper", database_url)


def test_a_repeat_changes_nothing(history: Path, database_url: str) -> None:
    history.write_text(MIGRATION.format(then="pass"))
    upgrade("paper", database_url)

    upgrade("paper", database_url)

    assert is_current("paper", database_url)


def test_a_database_that_is_not_there_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql+psycopg://desk:secret@127.0.0.1:{choose_port()}/tickets"
    monkeypatch.setenv("TICKETS_DATABASE_URL", url)

    with pytest.raises(SystemExit) as ended:
        migrate.main(["tickets"])

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("The database of tickets does not let us in: connection")
    assert said.endswith("Connection refused: start it, or correct TICKETS_DATABASE_URL.\n")
    assert "secret" not in said


def test_a_file_that_is_no_database_is_told_in_one_sentence_and_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "tickets.sqlite3"
    file.write_bytes(b"no database" * 1_000)
    monkeypatch.setenv("TICKETS_DATABASE_URL", f"sqlite:///{file}")

    with pytest.raises(SystemExit) as ended:
        migrate.main(["tickets"])

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith(f"{file}, the database of tickets, cannot be read: file is not")
    assert len(said.splitlines()) == 1
    assert file.read_bytes() == b"no database" * 1_000
