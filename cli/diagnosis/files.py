"""The store of files: can it be used, and has it what the newest messages name?"""

import os
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from chassis.files.place import folder_of
from chassis.files.store import FileStore
from chassis.settings_check import settings_of
from cli.diagnosis.databases import is_made
from cli.diagnosis.finding import Finding, bad, well
from cli.safekeeping.files import OWNER, place_of_files
from contracts.errors import Unavailable

NEWEST = "SELECT key FROM attachments ORDER BY id DESC LIMIT 200"


def examine(environment: Mapping[str, str]) -> list[Finding]:
    """One finding, the first that is not well."""
    url = place_of_files(environment)
    folder = folder_of(url)
    if folder is not None and not _is_writable(folder):
        return [
            bad(
                f"Files cannot be kept in {folder}: we may not write there.",
                "Give the folder to the user of the desk, or name another in SUPPORT_FILES_URL.",
            )
        ]
    return [_has_what_is_named(url, settings_of(OWNER, environment).database_url)]


def _is_writable(folder: Path) -> bool:
    """It is made when the first file comes."""
    there = next(place for place in (folder, *folder.parents) if os.path.exists(place))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK, effective_ids=True)


def _has_what_is_named(url: str, database_url: str) -> Finding:
    store, named = FileStore(url), _newest_keys(database_url)
    try:
        lost = sum(not store.exists(key) for key in named) if named else store.exists("0" * 64)
    except Unavailable as fault:
        return bad(
            f"The files at {url} cannot be reached: {fault.message}.",
            "Correct SUPPORT_FILES_URL, or the keys in AWS_ACCESS_KEY_ID and its like.",
        )
    if lost:
        return bad(
            f"{lost} of the newest {len(named)} files that messages name are not at {url}.",
            "Name the place where they are in SUPPORT_FILES_URL, or the desk's data directory in "
            "SUPPORT_DATA_DIR, or bring them back: ./support restore",
        )
    return well(f"Files are kept at {url}.")


def _newest_keys(database_url: str) -> set[str]:
    """Nothing from a database of which something else is told already."""
    if not is_made(database_url):
        return set()
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return set(connection.scalars(text(NEWEST)))
    except SQLAlchemyError:
        return set()
    finally:
        engine.dispose()
