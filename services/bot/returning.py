"""Answers of agents that Telegram refused because their reader had blocked the bot: they go out
again when the reader is back, and the agents who were told ❌ are told when they have arrived."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ScalarResult, Select, select, update
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.storage.database import ANNOUNCED, insert_if_absent
from services.bot import queries
from services.bot.letters import Letter, Rank
from services.bot.markup import Html
from services.bot.memory import MESSAGES_KEPT, note_alive
from services.bot.models import ChatState, DeliveryReport, OutgoingMessage
from services.bot.sending.outbox import DROPPED, FOLDED, REFUSED, SENDING, SENT, WAITING, post
from services.bot.speech import Speech
from services.bot.telling.audience import Audience, Hearer

RETURN, ARRIVAL = "return", "arrival"
"""What a report awaits: that the reader is back, that the answer arrives this time."""


def refused_key(answer_id: int) -> str:
    """That an answer was refused, as a chat of agents is told it, once."""
    return f"refused:{answer_id}"


def report(
    session: Session,
    row: OutgoingMessage,
    now: datetime,
    *,
    refusal: str | None = None,
    may_return: bool = False,
) -> None:
    """Note what became of the answer that a message carries, for tickets to be told. What went
    again and was refused again is no news."""
    if row.answer_id is None or row.ticket_id is None:
        return
    awaits = RETURN if may_return and row.rank == Rank.ANSWER else None
    if insert_if_absent(
        session,
        DeliveryReport,
        ticket_id=row.ticket_id,
        answer_id=row.answer_id,
        is_delivered=refusal is None,
        refusal=refusal,
        made_at=now,
        awaits=awaits,
    ):
        return
    known = select(DeliveryReport).where(DeliveryReport.answer_id == row.answer_id)
    before = session.scalars(known.with_for_update()).one()
    if before.awaits != ARRIVAL:
        return
    if refusal is not None:
        before.awaits = awaits
    else:
        before.is_delivered, before.refusal = True, None
        before.made_at, before.told_at = now, None


def note_back(session: Session, chat_id: int, now: datetime) -> None:
    """Somebody has written or pressed a button: if they had been away, they are back."""
    if note_alive(session, chat_id, now):
        send_again(session, chat_id, now)


def send_again(session: Session, chat_id: int, now: datetime) -> None:
    """Somebody is back: what was refused goes in its old order, before everything newer. What was
    settled longer ago than messages are kept is on its way to be forgotten, and stays."""
    refused = (
        select(OutgoingMessage)
        .join(DeliveryReport, DeliveryReport.answer_id == OutgoingMessage.answer_id)
        .where(DeliveryReport.awaits == RETURN, OutgoingMessage.chat_id == chat_id)
        .where(OutgoingMessage.state == REFUSED, OutgoingMessage.settled_at > now - MESSAGES_KEPT)
    )
    rows = list(session.scalars(refused))
    for row in rows:
        row.state, row.settled_at, row.error = WAITING, None, None
    going = update(DeliveryReport).where(
        DeliveryReport.answer_id.in_([row.answer_id for row in rows]),
        DeliveryReport.awaits == RETURN,
    )
    session.execute(going.values(awaits=ARRIVAL))
    if rows:
        session.info[ANNOUNCED] = True


class _Place(NamedTuple):
    """Where it was told, and where it is told again."""

    chat_id: int
    topic: str | None
    thread_id: int | None


class Arrivals:
    """Tells agents that what was refused has arrived: each chat once, whatever it was told of."""

    def __init__(self, words: Speech, clock: Clock) -> None:
        self._words = words
        self._clock = clock
        self._audience = Audience(words, clock)

    def tell(self, session: Session, row: OutgoingMessage) -> None:
        """A message was settled: if it was the last that went again to its chat, tell."""
        if row.answer_id is None or row.rank != Rank.ANSWER:
            return
        gone = list(session.scalars(_gone_again(row.chat_id)))
        if not gone or session.scalar(_still_going(row.chat_id)) is not None:
            return
        arrived = [one for one in gone if one.is_delivered]
        for place, answers in self._told(session, arrived).items():
            for hearer in self._hearers(session, place.chat_id):
                letter, now = self._letter(place, hearer, answers), self._clock.now()
                where = f"{letter.chat_id}:{place.thread_id or 0}:{place.topic or ''}"
                post(session, letter, f"arrived:{row.id}:{now.timestamp():.3f}:{where}"[:110], now)
        for one in gone:
            one.awaits = None

    def _told(
        self, session: Session, arrived: Sequence[DeliveryReport]
    ) -> dict[_Place, list[DeliveryReport]]:
        """Where agents know that these were refused. Who is still to be told that need not be."""
        places = defaultdict[_Place, list[DeliveryReport]](list)
        for answer in arrived:
            for notice in _notices_of(session, answer):
                if notice.state == WAITING:
                    notice.state, notice.settled_at = DROPPED, self._clock.now()
                elif notice.state in (SENDING, SENT, FOLDED):
                    place = _Place(notice.chat_id, notice.topic, notice.thread_id)
                    places[place].append(answer)
        return places

    def _hearers(self, session: Session, chat_id: int) -> list[Hearer]:
        """Whoever reads there, when they want to be told; nobody if they are no agent any more."""
        if chat_id < 0:
            chat = session.get(ChatState, chat_id)
            return [] if chat is not None and chat.is_dead else [Hearer(chat_id)]
        agents = queries.reachable_agents(session)
        return self._audience.these([a for a in agents if a.telegram_id == chat_id])

    def _letter(self, place: _Place, hearer: Hearer, answers: Sequence[DeliveryReport]) -> Letter:
        tickets = list(dict.fromkeys(answer.ticket_id for answer in answers))
        listed = Html(", ".join(f"/view_{ticket}" for ticket in tickets))
        return Letter(
            chat_id=hearer.chat_id,
            text=self._words.plural("bot.notice.arrived", len(answers), tickets=listed),
            rank=Rank.NOTICE,
            ticket_id=tickets[0] if len(tickets) == 1 else None,
            language=self._words.language,
            not_before=hearer.not_before,
            topic=place.topic,
            thread_id=place.thread_id,
        )


def _gone_again(chat_id: int) -> Select[DeliveryReport]:
    """What went again to a chat, the oldest first."""
    its_own = select(OutgoingMessage.id).where(
        OutgoingMessage.answer_id == DeliveryReport.answer_id, OutgoingMessage.chat_id == chat_id
    )
    gone = select(DeliveryReport).where(DeliveryReport.awaits == ARRIVAL, its_own.exists())
    return gone.order_by(DeliveryReport.answer_id)


def _still_going(chat_id: int) -> Select[int]:
    """A message of that which has still to go."""
    return (
        select(OutgoingMessage.id)
        .join(DeliveryReport, DeliveryReport.answer_id == OutgoingMessage.answer_id)
        .where(DeliveryReport.awaits == ARRIVAL, OutgoingMessage.chat_id == chat_id)
        .where(OutgoingMessage.state.in_((WAITING, SENDING)))
        .limit(1)
    )


def _notices_of(session: Session, answer: DeliveryReport) -> ScalarResult[OutgoingMessage]:
    """What agents were told, or are to be told, of its refusal."""
    is_of_it = OutgoingMessage.key.startswith(f"{refused_key(answer.answer_id)}:", autoescape=True)
    return session.scalars(select(OutgoingMessage).where(is_of_it).with_for_update())
