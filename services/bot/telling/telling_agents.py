"""One piece of news to the agents whom it concerns, each once, and to their group, which hears all
that is told of tickets."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.sla import CycleEvent
from contracts.tickets import MessageEdited, MessageView, TicketAnswered, TicketEvent, TicketFacts
from contracts.vocabulary import Priority
from services.bot import buttons, queries
from services.bot.files.enclosures import Enclosure
from services.bot.known_status import is_any_open
from services.bot.letters import Keyboard, Letter, Rank
from services.bot.markup import Html, one_line
from services.bot.memory import is_news
from services.bot.queries import Reachable
from services.bot.sending.outbox import post, post_all, say_anew
from services.bot.showing import cards
from services.bot.speech import Speech
from services.bot.telling.audience import Audience, Hearer, on_duty

AT_MOST_EVERY = timedelta(minutes=1)
TOPIC_LENGTH = 120
SETTLED_BY = timedelta(seconds=10)
"""So long after an answer whoever gave it has been told what became of it."""

OfTicket = TicketEvent | CycleEvent


class Words(NamedTuple):
    """How news reads, alone and as a line of a digest."""

    text: Html
    summary: Html


@dataclass(frozen=True)
class News:
    """What agents are told; `summary` is its line in a digest. `subject` begins the key of its
    messages, by which those that still wait can be dropped. `files` go with it at once; those of a
    `message` that do not are sent to whoever asks for them."""

    rank: Rank
    text: Html
    summary: Html
    subject: str = "event"
    files: tuple[Enclosure, ...] = ()
    message: MessageView | None = None
    is_for_note: bool = False
    """A reply to it is a note."""
    key: str | None = None
    """The whole key, but for the chat, of what may reach a chat by another way too."""
    held: Callable[[datetime], Words] | None = None
    """How it reads to whoever is told only then, if it speaks of time."""

    def words_for(self, hearer: Hearer) -> Words:
        if self.held is None or hearer.not_before is None:
            return Words(self.text, self.summary)
        return self.held(hearer.not_before)


class AgentsTold:
    """Puts news of a ticket in the outbox, with what can be done about it."""

    def __init__(self, words: Speech, clock: Clock, audience: Audience) -> None:
        self._words = words
        self._clock = clock
        self.audience = audience

    def tell_assignee(self, session: Session, event: OfTicket, news: News) -> None:
        """To whoever has the ticket, if they are on duty and can be reached; else to all."""
        self.tell(session, event, self._whom_it_concerns(session, event), news)

    def tell_edit(self, session: Session, event: MessageEdited, news: News) -> None:
        """To the same, but at most once a minute of one message: what they were told before says it
        anew instead, without another sound."""
        now = self._clock.now()
        keyboard = (
            *self._keyboard(session, event),
            (buttons.earlier(self._words, event.ticket.id),),
        )
        for hearer in self._and_group(session, self._whom_it_concerns(session, event)):
            key = f"edited:{event.message.id}:{hearer.chat_id}"
            last = queries.last_sent(session, hearer.chat_id, key, now - AT_MOST_EVERY)
            if last is not None and say_anew(session, last, news.text, keyboard, now=now):
                continue
            letter = self._letter(event, hearer, news, keyboard)
            post(session, letter, f"{key}:{event.event_id}", now)

    def tell_all(self, session: Session, event: OfTicket, news: News) -> None:
        """To everybody."""
        hearers = self.audience.everybody(session, is_urgent=_is_urgent(event))
        self.tell(session, event, hearers, news)

    def tell_one(self, session: Session, event: OfTicket, agent_id: str, news: News) -> None:
        """To this agent alone, on duty or not, if they can be reached; what the group is told of it
        is said in other words (`show`)."""
        named = [one for one in queries.reachable_agents(session) if one.agent_id == agent_id]
        is_urgent = _is_urgent(event)
        hearers = self.audience.these(named, is_urgent=is_urgent)
        self._tell_only(session, event, hearers, news)

    def tell_all_and_assignee(self, session: Session, event: OfTicket, news: News) -> None:
        """To everybody, and to whoever has the ticket, on duty or not."""
        is_urgent = _is_urgent(event)
        hearers = self.audience.everybody(session, is_urgent=is_urgent)
        told = {hearer.chat_id for hearer in hearers}
        having = self.audience.these(self._assignee(session, event), is_urgent=is_urgent)
        more = [hearer for hearer in having if hearer.chat_id not in told]
        self.tell(session, event, hearers + more, news)

    def tell_leads(
        self, session: Session, event: OfTicket, lead_ids: Collection[int], news: News
    ) -> None:
        """To those of them who are on duty and can be reached; else to everybody."""
        is_urgent = _is_urgent(event)
        leads = [one for one in queries.reachable_agents(session) if one.telegram_id in lead_ids]
        told = leads if is_urgent else on_duty(leads)
        if told:
            self.tell(session, event, self.audience.these(told, is_urgent=is_urgent), news)
        else:
            self.tell_all(session, event, news)

    def tell(
        self, session: Session, event: OfTicket, hearers: Iterable[Hearer], news: News
    ) -> None:
        """To these chats, and to the group."""
        self._tell_only(session, event, self._and_group(session, hearers), news)

    def _tell_only(
        self, session: Session, event: OfTicket, hearers: Iterable[Hearer], news: News
    ) -> None:
        keyboard = self._keyboard(session, event)
        if news.message is not None and not news.files:
            keyboard = (*buttons.files_of(self._words, event.ticket.id, news.message), *keyboard)
        key = news.key or f"{news.subject}:{event.event_id}"
        letters = [self._letter(event, hearer, news, keyboard) for hearer in hearers]
        keyed = [(letter, f"{key}:{letter.chat_id}") for letter in letters]
        post_all(session, keyed, self._clock.now())

    def show_answer(self, session: Session, event: TicketAnswered) -> None:
        """A colleague's answer, to the group."""
        title = self._words("bot.notice.answered", name=one_line(event.agent.name, 80))
        text = cards.notice(self._words, title, event.ticket, event.message)
        summary = cards.summary(self._words, "bot.digest.answered", event.ticket)
        self.show(session, event, News(Rank.NOTICE, text, summary), said_key(event.message.id))

    def show(self, session: Session, event: TicketEvent, news: News, key: str) -> None:
        """What an agent did, to the group. A little later: what was done in the group itself is
        confirmed there, and the confirmation takes this one's place (`alarms.in_its_place`)."""
        group, now = self.audience.group(session), self._clock.now()
        if group is None:
            return
        hearer = replace(group, not_before=now + SETTLED_BY)
        post(session, self._letter(event, hearer, news, ()), f"{key}:{group.chat_id}", now)

    def turn_topic(
        self, session: Session, event: TicketEvent, ticket: TicketFacts, act: str
    ) -> None:
        """Close the topic in the group of a ticket that the event tells of, or open it again,
        unless something newer has."""
        group = self.audience.group(session)
        if group is None or not group.has_topics:
            return
        if not is_news(session, f"topic:{ticket.id}", ticket.version, event.occurred_at):
            return
        turning = Letter(
            group.chat_id,
            Html(),
            Rank.BROADCAST,
            ticket_id=ticket.id,
            topic=topic_name(ticket),
            topic_act=act,
        )
        key = f"topic:{event.event_id}:{ticket.id}:{group.chat_id}"
        post(session, turning, key, self._clock.now())

    def _keyboard(self, session: Session, event: OfTicket) -> Keyboard:
        """What can be done with the ticket, as far as is known here."""
        ticket = event.ticket
        can_link = is_any_open(session) and not queries.is_linked(session, ticket.id)
        return buttons.ticket_card(self._words, ticket, can_link=can_link)

    def _letter(self, event: OfTicket, hearer: Hearer, news: News, keyboard: Keyboard) -> Letter:
        text, summary = news.words_for(hearer)
        return Letter(
            chat_id=hearer.chat_id,
            text=text,
            rank=news.rank,
            buttons=keyboard,
            files=news.files,
            ticket_id=event.ticket.id,
            summary=summary,
            language=self._words.language,
            is_for_note=news.is_for_note,
            not_before=hearer.not_before,
            stands_for=hearer.stands_for,
            topic=topic_name(event.ticket) if hearer.has_topics else None,
        )

    def _whom_it_concerns(self, session: Session, event: OfTicket) -> list[Hearer]:
        is_urgent = _is_urgent(event)
        having = self._assignee(session, event)
        told = having if is_urgent else on_duty(having)
        if not told:
            return self.audience.everybody(session, is_urgent=is_urgent)
        return self.audience.these(told, is_urgent=is_urgent)

    def _and_group(self, session: Session, hearers: Iterable[Hearer]) -> list[Hearer]:
        """The group is told as well, unless it is already."""
        told, group = list(hearers), self.audience.group(session)
        if group is None or any(hearer.chat_id == group.chat_id for hearer in told):
            return told
        return [*told, group]

    def _assignee(self, session: Session, event: OfTicket) -> list[Reachable]:
        """Whoever has the ticket, if they can be reached."""
        assignee = event.ticket.assignee
        agents = queries.reachable_agents(session)
        return [one for one in agents if assignee and one.telegram_id == assignee.telegram_id]


def said_key(message_id: int) -> str:
    """An answer or a note in a chat of agents, whether shown by us or given there."""
    return f"answered:{message_id}"


def assigned_key(ticket: TicketFacts) -> str:
    """Likewise that a ticket was given to somebody."""
    return f"assigned:{ticket.id}:{ticket.version}"


def topic_name(ticket: TicketFacts) -> str:
    """What a ticket's topic is called: its number and subject, in 128 characters at most."""
    return one_line(f"#{ticket.id} {ticket.subject}", TOPIC_LENGTH)


def _is_urgent(event: OfTicket) -> bool:
    return event.ticket.priority is Priority.P0
