"""A message's way through its states, each step one transaction of the sender's.

waiting -> sending -> sent | refused | unknown; folded when a digest has taken it in, dropped when
something newer says more.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.storage.database import table_of
from services.bot.alarms import take_place
from services.bot.files.enclosures import Shape, read_files
from services.bot.group.agents_group import forget_topic, note_closed, note_topic
from services.bot.letters import SUPPORT_BOT, widest
from services.bot.memory import mention, note_quiet, note_refused
from services.bot.models import OutgoingMessage
from services.bot.returning import report
from services.bot.sending import outgoing_queries
from services.bot.sending.digest import TOO_MANY, digest
from services.bot.sending.outbox import FOLDED, REFUSED, SENDING, SENT, UNKNOWN, WAITING
from services.bot.sending.outgoing_queries import OUTGOING, Foldable
from services.bot.sending.telegram_outcomes import (
    Held,
    Moved,
    NotSent,
    Outcome,
    Refused,
    Taken,
    TopicGone,
    TopicOpened,
    TopicsRefused,
)
from services.bot.sending.telegram_outcomes import Unknown as UnknownOutcome
from services.bot.speech import Languages

REPEATS = 1
"""How often a message is sent again because nobody knows whether it was taken."""
EDIT_REPEATS = 5
CLOSE, REOPEN = "close", "reopen"
"""What is done to a ticket's topic."""

log = get_logger()


def recover(session: Session, bot: str = SUPPORT_BOT) -> list[OutgoingMessage]:
    """After a crash: what was being sent by this bot may have been taken. An edit does no harm
    twice. What may have gone a moment ago."""
    sending = select(OutgoingMessage).where(
        OutgoingMessage.state == SENDING, OutgoingMessage.bot == bot
    )
    rows = list(session.scalars(sending))
    for row in rows:
        row.state = WAITING
        row.is_repeat = row.edits is None
    return rows


def take_back(session: Session, row_id: int) -> None:
    """A message that may have begun is not being sent after all, nor the digest that took it in;
    what was to be has its turn again. Waits for a beginning whose commit is still to come."""
    row = session.get_one(OutgoingMessage, row_id, with_for_update=True)
    session.execute(
        update(OutgoingMessage)
        .where(
            OutgoingMessage.chat_id == row.chat_id,
            OutgoingMessage.bot == row.bot,
            OutgoingMessage.state == SENDING,
        )
        .values(state=WAITING)
    )


def begin(
    session: Session, row_id: int, languages: Languages, now: datetime
) -> OutgoingMessage | None:
    """Mark a message as being sent; it, or the digest that takes it and its like in. None when it
    is not to be sent any more."""
    row = session.get_one(OutgoingMessage, row_id, with_for_update=True)
    if row.state != WAITING:
        return None
    if row.summary is not None and row.topic is None and not row.is_repeat:
        many = outgoing_queries.foldable(session, row.chat_id, now)
        if len(many) > TOO_MANY:
            row = _fold(session, many, languages, now)
    if row.instead_of is not None:
        take_place(session, row, now)
    row.state = SENDING
    return row


def _fold(
    session: Session, many: list[Foldable], languages: Languages, now: datetime
) -> OutgoingMessage:
    first = many[0]
    folded = OutgoingMessage(
        key=f"digest:{first.id}",
        chat_id=first.chat_id,
        rank=first.rank,
        text=digest(languages.of(first.language), [one.summary for one in many]),
        language=first.language,
        forces_reply=False,
        are_documents=False,
        is_caption=False,
        is_to_requester=False,
        bot=first.bot,
        is_last_part=True,
        created_at=first.created_at,
        is_repeat=False,
        tries=0,
        stands_for=widest(one.stands_for for one in many),
    )
    session.execute(
        update(table_of(OutgoingMessage)).where(OUTGOING.id.in_([one.id for one in many])),
        {"state": FOLDED, "settled_at": now},
    )
    session.add(folded)
    return folded


def being_sent(session: Session, row_id: int) -> OutgoingMessage | None:
    """A message that is still being sent, locked until this transaction ends; else None."""
    row = session.get_one(OutgoingMessage, row_id, with_for_update=True)
    return row if row.state == SENDING else None


def settle(session: Session, row_id: int, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a message."""
    row = session.get_one(OutgoingMessage, row_id)
    match outcome:
        case Taken():
            _settle_taken(session, row, outcome, now)
        case Refused(reason, is_dead):
            _settle_refused(session, row, reason, now, is_dead=is_dead)
        case UnknownOutcome(reason):
            _settle_unknown(session, row, reason, now)
        case _:
            row.state = WAITING
            _note_why_it_waits(session, row, outcome, now)


def _note_why_it_waits(
    session: Session, row: OutgoingMessage, outcome: Outcome, now: datetime
) -> None:
    match outcome:
        case Held(seconds):
            note_quiet(session, row, now + timedelta(seconds=seconds))
        case Moved(chat_id):
            row.chat_id = chat_id
        case NotSent(reason) | TopicsRefused(reason):
            row.error = reason
        case TopicOpened(thread_id):
            note_topic(session, row.chat_id, row.ticket_id or 0, thread_id)
        case TopicGone():
            forget_topic(session, row.chat_id, row.ticket_id or 0)
            row.thread_id = None  # an answer to somebody in it is said outside of it


def _settle_taken(session: Session, row: OutgoingMessage, taken: Taken, now: datetime) -> None:
    row.state, row.message_id, row.settled_at, row.error = SENT, taken.message_id, now, None
    row.photo = None
    if row.topic_act is not None:
        is_closed = row.topic_act == CLOSE
        note_closed(session, row.chat_id, row.ticket_id or 0, is_closed=is_closed)
        return
    if row.ticket_id is not None:
        for message_id in (taken.message_id, *taken.others):
            place = (row.chat_id, message_id)
            mention(
                session,
                *place,
                row.ticket_id,
                is_for_note=row.is_for_note,
                is_to_requester=row.is_to_requester,
            )
    if row.is_last_part:
        report(session, row, now)


def _settle_refused(
    session: Session, row: OutgoingMessage, reason: str, now: datetime, *, is_dead: bool
) -> None:
    log.warning("Telegram refused a message", chat_id=row.chat_id, key=row.key, error=reason)
    if row.photo is not None and not is_dead:
        _go_on_without_photo(row, reason, now)
        return
    if row.files is not None and not is_dead and _try_otherwise(row, reason, now):
        return
    _give_up(session, row, now, state=REFUSED, reason=reason, may_return=is_dead)
    if is_dead:
        note_refused(session, row, now)


def _go_on_without_photo(row: OutgoingMessage, reason: str, now: datetime) -> None:
    """It may be the picture that was refused, so its caption is sent as a message. A picture
    without one has its text in the messages after it, and those go anyway."""
    row.photo, row.error = None, reason
    row.state = WAITING if row.text else REFUSED
    row.settled_at = None if row.text else now


def _try_otherwise(row: OutgoingMessage, reason: str, now: datetime) -> bool:
    """What Telegram does not take as a photo or a voice message it may take as a document; and of
    news the words go without their files. An answer without its file would not be the answer."""
    shapes = {file.shape for file in read_files(row.files)}
    if not row.are_documents and shapes != {Shape.DOCUMENT}:
        row.are_documents, row.state, row.error = True, WAITING, reason
        return True
    if row.answer_id is not None:
        return False
    row.files, row.error = None, reason
    row.state = WAITING if row.text else REFUSED
    row.settled_at = None if row.text else now
    return True


def _settle_unknown(session: Session, row: OutgoingMessage, reason: str, now: datetime) -> None:
    log.warning("it is not known whether a message was sent", key=row.key, error=reason)
    if row.tries >= (REPEATS if row.edits is None else EDIT_REPEATS):
        _give_up(session, row, now, state=UNKNOWN, reason=reason)
        return
    row.state, row.error = WAITING, reason
    row.tries += 1
    row.is_repeat = row.edits is None


def _give_up(
    session: Session,
    row: OutgoingMessage,
    now: datetime,
    *,
    state: str,
    reason: str,
    may_return: bool = False,
) -> None:
    """Of an answer in several parts the rest does not go either: tickets is told that it failed."""
    row.state, row.error, row.settled_at, row.photo = state, reason, now, None
    if row.answer_id is None:
        return
    report(session, row, now, refusal=reason, may_return=may_return)
    session.execute(
        update(OutgoingMessage)
        .where(OutgoingMessage.answer_id == row.answer_id, OutgoingMessage.state == WAITING)
        .values(state=state, error=reason, settled_at=now)
    )
