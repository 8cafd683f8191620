"""Puts messages on their way, in the transaction of what causes them; the sender carries them."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import ANNOUNCED, insert_those_absent
from chassis.storage.sweeping import BATCH
from services.bot.files.enclosures import Enclosure, Shape, albums, write_files
from services.bot.letters import (
    MAIN_BOT,
    SUPPORT_BOT,
    TOLD_TO_AGENTS,
    Button,
    Edit,
    Keyboard,
    Letter,
    Rank,
)
from services.bot.markup import CAPTION_LENGTH, MESSAGE_LENGTH, Html, split, visible_units
from services.bot.models import OutgoingMessage

ROOM_FOR_MARK = 96
"""UTF-16 units kept free, so that a repeat can be marked as one."""

WAITING, SENDING, SENT = "waiting", "sending", "sent"
REFUSED, UNKNOWN, FOLDED, DROPPED = "refused", "unknown", "folded", "dropped"


def post(session: Session, item: Letter | Edit, key: str, now: datetime) -> None:
    """Send `item` once for this `key`, however often its cause is handled."""
    _put(session, [_row_of(item, key, now)] if isinstance(item, Edit) else _rows(item, key, now))


def post_all(session: Session, letters: Iterable[tuple[Letter, str]], now: datetime) -> None:
    """Send these letters, each once for its key."""
    _put(session, [row for letter, key in letters for row in _rows(letter, key, now)])


def _put(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        insert_those_absent(session, OutgoingMessage, rows)
        session.info[ANNOUNCED] = True  # the sender wakes when this transaction has committed


def drop(
    session: Session, keys: str, now: datetime, *, said_before: datetime | None = None
) -> None:
    """Do not send what waits under a key that begins so: something newer says more. Or only what
    was put here before something happened."""
    begins_so = OutgoingMessage.key.startswith(keys, autoescape=True)
    waiting = update(OutgoingMessage).where(OutgoingMessage.state == WAITING, begins_so)
    if said_before is not None:
        waiting = waiting.where(OutgoingMessage.created_at < said_before)
    session.execute(waiting.values(state=DROPPED, settled_at=now))


def drop_notices(session: Session, chat_ids: Collection[int], now: datetime) -> None:
    """Do not send what waits to be told to agents in these chats."""
    waiting = update(OutgoingMessage).where(
        OutgoingMessage.chat_id.in_(chat_ids),
        OutgoingMessage.state == WAITING,
        OutgoingMessage.rank.in_(TOLD_TO_AGENTS),
    )
    session.execute(waiting.values(state=DROPPED, settled_at=now))


def drop_of_main_bot(session: Session, before: datetime, now: datetime) -> int:
    """Let the main bot not tell some of what was to be told before then: in the app it is read by
    now. How many that were."""
    return _drop_some(session, now, OutgoingMessage.created_at < before, bot=MAIN_BOT)


def drop_unasked(session: Session, before: datetime, now: datetime) -> int:
    """Let the support bot not tell some of what was to be told before then to people who had not
    asked: it is no news any more. How many that were."""
    is_unasked = (OutgoingMessage.rank > Rank.REPLY) & ~OutgoingMessage.is_to_requester
    is_old = OutgoingMessage.created_at < before
    return _drop_some(session, now, is_old & is_unasked, bot=SUPPORT_BOT)


def _drop_some(session: Session, now: datetime, is_old: ColumnElement[bool], *, bot: str) -> int:
    is_waiting = (OutgoingMessage.state == WAITING) & (OutgoingMessage.bot == bot)
    some = select(OutgoingMessage.id).where(is_waiting, is_old).limit(BATCH)
    dropping = update(OutgoingMessage).where(OutgoingMessage.id.in_(some))
    dropped = session.execute(dropping.values(state=DROPPED, settled_at=now))
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def say_anew(
    session: Session, row: OutgoingMessage, text: Html, keyboard: Keyboard, *, now: datetime
) -> bool:
    """Let a message of one part say something else: on its way it simply does, in the chat it is
    edited. False when neither can be: it is in the air, folded into a digest, or refused."""
    parts = split(text, MESSAGE_LENGTH - ROOM_FOR_MARK)
    if len(parts) > 1:
        return False
    if row.state == WAITING:
        row.text, row.buttons = text, write_buttons(keyboard)
        return True
    if row.state != SENT or row.message_id is None:
        return False
    edit = Edit(row.chat_id, row.message_id, text, keyboard)
    post(session, edit, f"{row.key}:anew:{now.timestamp()}", now)
    return True


def _rows(letter: Letter, key: str, now: datetime) -> list[dict[str, Any]]:
    """A letter as it is kept: a row for each of its messages."""
    parts = _parts(letter)
    last_text = max((place for place, part in enumerate(parts) if part.text), default=0)
    return [
        {
            "key": f"{key}:{place}",
            "chat_id": letter.chat_id,
            "rank": letter.rank,
            "text": part.text,
            "photo": letter.photo if place == 0 else None,
            "files": write_files(part.files),
            "buttons": write_buttons(letter.buttons) if place == last_text else None,
            "language": letter.language,
            "reply_to": letter.reply_to if place == 0 else None,
            "forces_reply": letter.forces_reply and place == last_text,
            "summary": letter.summary if len(parts) == 1 and letter.photo is None else None,
            "ticket_id": letter.ticket_id,
            "answer_id": letter.answer.message_id if letter.answer else None,
            "is_last_part": place == len(parts) - 1,
            "is_for_note": letter.is_for_note,
            "is_to_requester": letter.is_to_requester,
            "bot": letter.bot,
            "state": WAITING,
            "created_at": now,
            "not_before": letter.not_before,
            "stands_for": letter.stands_for,
            "thread_id": letter.thread_id,
            "topic": letter.topic,
            "topic_act": letter.topic_act,
        }
        for place, part in enumerate(parts)
    ]


def is_seen_at_once(text: Html, files: Sequence[Enclosure]) -> bool:
    """One photo, under which the text fits."""
    return [file.shape for file in files] == [Shape.PHOTO] and _is_short(text)


def _is_short(text: Html) -> bool:
    return visible_units(text) <= CAPTION_LENGTH - ROOM_FOR_MARK


class _Part(NamedTuple):
    """One message of a letter."""

    text: Html
    files: tuple[Enclosure, ...] = ()


def _parts(letter: Letter) -> list[_Part]:
    """The messages of a letter, with the text as a caption where it may be one."""
    is_short = _is_short(letter.text)
    if letter.photo is not None and is_short:
        return [_Part(letter.text)]
    texts = split(letter.text, MESSAGE_LENGTH - ROOM_FOR_MARK)
    groups = albums(letter.files)
    if letter.photo is not None:
        texts = [Html(), *texts]
    elif groups and is_short and _may_caption(letter, groups):
        first, *rest = groups
        return [_Part(letter.text, first), *(_Part(Html(), group) for group in rest)]
    told = [_Part(text) for text in texts if text or letter.photo is not None or not groups]
    return [*told, *(_Part(Html(), group) for group in groups)]


def _may_caption(letter: Letter, groups: list[tuple[Enclosure, ...]]) -> bool:
    """Nothing is pressed under an album, and what is asked is asked last."""
    is_alone = len(groups) == 1 and len(groups[0]) == 1
    return is_alone or not (letter.buttons or letter.forces_reply)


def _row_of(edit: Edit, key: str, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "chat_id": edit.chat_id,
        "rank": Rank.REPLY,
        "text": split(edit.text, CAPTION_LENGTH if edit.is_caption else MESSAGE_LENGTH)[0],
        "is_caption": edit.is_caption,
        "buttons": write_buttons(edit.buttons),
        "language": "ru",
        "edits": edit.message_id,
        "forces_reply": False,
        "is_last_part": True,
        "state": WAITING,
        "created_at": now,
    }


def write_buttons(keyboard: Keyboard) -> str | None:
    """A keyboard as it is kept."""
    if not keyboard:
        return None
    return json.dumps([[[button.text, button.data] for button in row] for row in keyboard])


def read_buttons(kept: str | None) -> Keyboard:
    """A keyboard as it was written."""
    if kept is None:
        return ()
    return tuple(tuple(Button(text, data) for text, data in row) for row in json.loads(kept))
