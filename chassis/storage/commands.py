"""Commands are carried out once, however often they are sent.

The command's id is claimed in the transaction that carries it out, so either both exist or
neither. A repeat finds the first result; two at once take turns.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent, table_of
from chassis.storage.tables import CommandRow
from contracts.errors import IdempotencyKeyReused
from contracts.event import Command, Receipt

Result = TypeVar("Result", bound=BaseModel)

COMMANDS = table_of(CommandRow)
KEEP_RESULT = (
    update(COMMANDS)
    .where(COMMANDS.c.command_id == bindparam("id"))
    .values(result=bindparam("kept"))
)


def once(
    session: Session,
    command: Command,
    now: datetime,
    *,
    view: type[Result],
    carry_out: Callable[[], Result],
) -> Receipt[Result]:
    """Carry the command out, or return the view it answered the first time.

    Raises IdempotencyKeyReused when the same id came before with other contents.
    """
    fingerprint = fingerprint_of(command)
    claim = {"command_id": command.command_id, "fingerprint": fingerprint, "done_at": now}
    if not insert_if_absent(session, CommandRow, **claim, result=""):
        return Receipt(result=_first_result(session, command, fingerprint, view), replayed=True)
    result = carry_out()
    kept = {"id": command.command_id, "kept": result.model_dump_json()}
    session.connection().execute(KEEP_RESULT, kept)
    return Receipt(result=result)


def fingerprint_of(command: Command, *, as_before: bool = False) -> str:
    """A digest of what is wished; `as_before`, by the count of the versions before.

    Instants are left out with the other circumstances: they tell when a sending was received, and
    a repeat is received later. So are defaults, or a release that adds a field would know no
    repeat of what came before it.
    """
    instants = {name for name, value in command if isinstance(value, datetime)}
    circumstances = command.circumstances - (command.once_wished if as_before else set())
    left_out = instants | circumstances | {"command_id"}
    wish = command.model_dump(mode="json", exclude=left_out, exclude_defaults=True)
    text = json.dumps({"operation": type(command).__name__, **wish}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _first_result(
    session: Session, command: Command, fingerprint: str, view: type[Result]
) -> Result:
    first = session.scalars(
        select(CommandRow).where(CommandRow.command_id == command.command_id)
    ).one()
    if first.fingerprint not in {fingerprint, fingerprint_of(command, as_before=True)}:
        raise IdempotencyKeyReused("this id was used for another command")
    return view.model_validate_json(first.result)
