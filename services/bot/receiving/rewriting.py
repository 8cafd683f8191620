"""What a message says with its edits, and an album with those of all its messages, read from the
updates as long as they are kept. Reads only."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from telegram import Update

from services.bot.files.sent_files import Lost, TakenIn
from services.bot.models import StoredUpdate, TicketMention
from services.bot.receiving.albums import of_album
from services.bot.receiving.parsing import words_in

WRITTEN, EDITED = "message", "edited_message"


class Rewritten(NamedTuple):
    """A message or an album as it is now: what it says, since when, and which of its files were not
    kept when it came."""

    text: str
    edited_at: datetime
    lost: list[Lost]


def as_rewritten(session: Session, edit_id: int) -> Rewritten | None:
    """What became of a message by the edit in this row, and by those before it; None when the
    message itself is forgotten."""
    edit = session.get_one(StoredUpdate, edit_id)
    first = _about(session, edit, WRITTEN, _message_in(edit, EDITED)["message_id"])
    if not first:
        return None
    head = _head(session, first[0])
    if head is None:
        return None
    taken = TakenIn.read(head.files) if head.files else TakenIn()
    others = select(StoredUpdate).where(StoredUpdate.id.in_(taken.updates))
    parts = [head, *session.scalars(others.order_by(StoredUpdate.id))]
    now = [_newest(session, part, edit) for part in parts]
    return Rewritten(
        text="\n".join(text for text in map(_text_of, now) if text),
        edited_at=max(row.received_at for row in now),
        lost=taken.lost,
    )


def is_of_several(session: Session, chat_id: int, thread_message_id: int) -> bool:
    """Whether more than one message of a chat became this message of a thread."""
    became = select(func.count()).where(
        TicketMention.chat_id == chat_id, TicketMention.thread_message_id == thread_message_id
    )
    return (session.scalar(became) or 0) > 1


def _head(session: Session, row: StoredUpdate) -> StoredUpdate | None:
    """The message of an album together with which this one had its effect."""
    if row.album is None or row.files is not None:
        return row
    heads = select(StoredUpdate).where(of_album(row), StoredUpdate.files.is_not(None))
    for one in session.scalars(heads):
        if one.files is not None and row.id in TakenIn.read(one.files).updates:
            return one
    return None


def _newest(session: Session, part: StoredUpdate, edit: StoredUpdate) -> StoredUpdate:
    """The last edit of a message that is known by then; itself when there was none."""
    edits = _about(session, edit, EDITED, _message_in(part, WRITTEN)["message_id"])
    return max(edits, key=lambda one: _message_in(one, EDITED).get("edit_date", 0), default=part)


def _about(session: Session, edit: StoredUpdate, kind: str, message_id: int) -> list[StoredUpdate]:
    """What has come up to the edit of one message of its chat, the last first."""
    naming_it = (
        select(StoredUpdate)
        .where(StoredUpdate.chat_id == edit.chat_id, StoredUpdate.id <= edit.id)
        .where(StoredUpdate.body.contains(f'"message_id": {message_id}'))
        .order_by(StoredUpdate.id.desc())
    )
    found = session.scalars(naming_it)
    return [one for one in found if _message_in(one, kind).get("message_id") == message_id]


def _message_in(row: StoredUpdate, kind: str) -> dict[str, Any]:
    """The message that an update brought, or changed; empty when it did something else."""
    found: dict[str, Any] = json.loads(row.body).get(kind) or {}
    return found


def _text_of(row: StoredUpdate) -> str:
    """Empty also when there is nothing in it that we understand."""
    update = Update.de_json(json.loads(row.body), None)
    message = update.message or update.edited_message if update is not None else None
    return words_in(message) if message is not None else ""
