"""What the bot makes of news of tickets and clocks: each handler only puts messages in the outbox,
in the transaction that remembers the event, so that a second delivery sends nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.event import Event, MessageParked
from contracts.sla import (
    CycleEvent,
    SlaBreached,
    SlaBreachWithdrawn,
    SlaWarned,
    SlaWarningClimbed,
)
from contracts.tickets import (
    AnswerRefused,
    IncidentTold,
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketFacts,
    TicketLinked,
    TicketMerged,
    TicketOpened,
    TicketResolved,
    TicketUnlinked,
    UserMessageAdded,
)
from contracts.vocabulary import Escalation, IncidentNotice, IncidentStatus, Source
from services.bot import buttons, cards, clock_news, memory, parkings, queries
from services.bot.letters import AnswerRef, Keyboard, Letter, Rank
from services.bot.markup import Html, escape, one_line
from services.bot.memory import is_news
from services.bot.models import KnownAgent
from services.bot.outbox import post
from services.bot.speech import Languages, Speech

OfTicket = TicketEvent | CycleEvent


@dataclass(frozen=True)
class News:
    """What agents are told; `summary` is its line in a digest."""

    rank: Rank
    text: Html
    summary: Html


class Notices:
    """The handlers of events, by the names under which `subscriptions` declares them."""

    def __init__(self, languages: Languages, clock: Clock, lead_ids: Collection[int] = ()) -> None:
        self._languages = languages
        self._lead_ids = lead_ids
        self._words = languages.own
        self._clock = clock

    def announce_ticket(self, session: Session, event: TicketOpened) -> None:
        """A new ticket, to all agents."""
        title = self._words("bot.notice.opened")
        text = cards.notice(self._words, title, event.ticket, event.message.body)
        self._tell_all(session, event, self._news_of(event, Rank.NOTICE, text, "bot.digest.opened"))

    def pass_on_message(self, session: Session, event: UserMessageAdded) -> None:
        """A user's message, to whoever has the ticket, else to all."""
        memory.note_request(session, event.ticket)
        title = self._words("bot.notice.reopened" if event.reopened else "bot.notice.message")
        text = cards.notice(self._words, title, event.ticket, event.message.body)
        self._tell_assignee(
            session, event, self._news_of(event, Rank.NOTICE, text, "bot.digest.message")
        )

    def carry_answer(self, session: Session, event: TicketAnswered) -> None:
        """An agent's answer, to the user who wrote from Telegram. The app shows its own."""
        requester = event.ticket.requester
        if event.ticket.source != Source.TELEGRAM or requester.telegram_id is None:
            return
        words = self._words_for(event.ticket)
        heading = words(
            "bot.request.answer", id=event.ticket.id, name=one_line(event.agent.name, 80)
        )
        letter = Letter(
            chat_id=requester.telegram_id,
            text=Html(f"{heading}\n\n{escape(event.message.body)}"),
            rank=Rank.ANSWER,
            ticket_id=event.ticket.id,
            answer=AnswerRef(event.ticket.id, event.message.id),
            language=words.language,
        )
        self._post(session, event, letter)

    def tell_refusal(self, session: Session, event: AnswerRefused) -> None:
        """Telegram did not take an answer: somebody has to know that the user waits."""
        title = self._words("bot.notice.refused", reason=one_line(event.refusal))
        text = cards.notice(self._words, title, event.ticket)
        self._tell_assignee(
            session, event, self._news_of(event, Rank.WARNING, text, "bot.digest.refused")
        )

    def tell_resolved(self, session: Session, event: TicketResolved) -> None:
        """To the user who wrote from Telegram: it is done, and what to do if it is not. That an
        incident is over they are told by `carry_news`."""
        asked = event.ticket
        memory.note_request(session, asked)
        if event.incident is not None:
            return
        self._tell_requester(session, event, asked, "bot.request.resolved", id=asked.id)

    def tell_merged(self, session: Session, event: TicketMerged) -> None:
        """To the user who wrote the source from Telegram: where it goes on, and through which door
        the answer will come."""
        memory.note_request(session, event.source)
        memory.note_request(session, event.ticket)
        told = f"bot.request.merged.{event.ticket.source.value}"
        asked, into = event.source, event.ticket.id
        self._tell_requester(session, event, asked, told, id=asked.id, into=into)

    def tell_linked(self, session: Session, event: TicketLinked) -> None:
        """To the user who wrote from Telegram and waits: that we know of it. Whether that arrives,
        tickets is told as of an answer."""
        memory.note_request(session, event.ticket, event.incident.id)
        if event.message is None:
            return
        asked, words = event.ticket, self._words_for(event.ticket)
        self._tell_requester(
            session,
            event,
            asked,
            "bot.request.linked",
            carries=AnswerRef(asked.id, event.message.id),
            id=asked.id,
            title=one_line(event.incident.title),
            status=words(f"bot.incident.{event.incident_status.value}"),
        )

    def tell_unlinked(self, session: Session, event: TicketUnlinked) -> None:
        """To the user who wrote from Telegram and waits: what we said of an incident was a mistake.
        Whether that arrives, tickets is told as of an answer."""
        memory.note_request(session, event.ticket, incident_id=memory.NO_INCIDENT)
        if event.message is None:
            return
        self._tell_requester(
            session,
            event,
            event.ticket,
            "bot.request.unlinked",
            carries=AnswerRef(event.ticket.id, event.message.id),
            id=event.ticket.id,
            title=one_line(event.incident.title),
        )

    def carry_news(self, session: Session, event: IncidentTold) -> None:
        """News of an incident, to the user who wrote from Telegram. Whether that arrives, tickets
        is told as of an answer."""
        memory.note_request(session, event.ticket)
        asked, words = event.ticket, self._words_for(event.ticket)
        is_over = event.incident_status is IncidentStatus.RESOLVED
        self._tell_requester(
            session,
            event,
            asked,
            _news_of(event),
            carries=AnswerRef(asked.id, event.message.id),
            keyboard=() if is_over else buttons.news(words, asked.id),
            id=asked.id,
            title=one_line(event.incident.title),
            status=words(f"bot.incident.{event.incident_status.value}"),
            message=event.message.body,
        )

    def note_closed(self, session: Session, event: TicketClosed) -> None:
        """Nobody is told through it any more."""
        memory.note_request(session, event.ticket)

    def warn(self, session: Session, event: SlaWarned) -> None:
        """A deadline is near: to whoever has the ticket, else to all."""
        if _is_stale(session, event):
            return
        news = self._news_of_clock(event, Rank.WARNING, "bot.notice.warned", "bot.digest.warned")
        self._tell_assignee(session, event, news)

    def escalate(self, session: Session, event: SlaWarningClimbed) -> None:
        """The warning led to nothing: to all, and in the end to their lead, if there is one."""
        if _is_stale(session, event):
            return
        told = f"bot.notice.climbed.{event.level.value}"
        news = self._news_of_clock(event, Rank.WARNING, told, "bot.digest.warned")
        agents = queries.reachable_agents(session)
        leads = [agent for agent in agents if agent.telegram_id in self._lead_ids]
        is_for_leads = event.level is Escalation.LEAD and leads
        self._tell(session, event, leads if is_for_leads else agents, news)

    def shout(self, session: Session, event: SlaBreached) -> None:
        """A deadline has passed: to all."""
        if _is_stale(session, event):
            return
        news = self._news_of_clock(event, Rank.BREACH, "bot.notice.breached", "bot.digest.breached")
        self._tell_all(session, event, news)

    def take_back(self, session: Session, event: SlaBreachWithdrawn) -> None:
        """The breach did not happen after all."""
        if _is_stale(session, event):
            return
        told, in_digest = "bot.notice.breach_withdrawn", "bot.digest.breach_withdrawn"
        self._tell_all(session, event, self._news_of_clock(event, Rank.NOTICE, told, in_digest))

    def tell_parked(self, session: Session, event: MessageParked) -> None:
        """A process could not take in a message: to all, but not too often."""
        parkings.note_parked(session, event.queue, self._words, self._clock.now())

    def _news_of(self, event: TicketEvent, rank: Rank, text: Html, in_digest: str) -> News:
        return News(rank, text, cards.summary(self._words, in_digest, event.ticket))

    def _news_of_clock(self, event: CycleEvent, rank: Rank, told: str, in_digest: str) -> News:
        words, now = self._words, self._clock.now()
        text = clock_news.notice(words, told, event, now)
        return News(rank, text, clock_news.line(words, in_digest, event, now))

    def _tell_requester(
        self,
        session: Session,
        event: TicketEvent,
        asked: TicketFacts,
        message_id: str,
        *,
        carries: AnswerRef | None = None,
        keyboard: Keyboard | None = None,
        **values: object,
    ) -> None:
        """To whoever asked from Telegram; a reply to it means the ticket that the event is about.
        The app shows what has become of its own. What carries something of an incident's may go to
        thousands, and lets everything else pass."""
        requester = asked.requester
        if asked.source != Source.TELEGRAM or requester.telegram_id is None:
            return
        words = self._words_for(asked)
        letter = Letter(
            chat_id=requester.telegram_id,
            text=words(message_id, **values),
            rank=Rank.BROADCAST if carries else Rank.REPLY,
            ticket_id=event.ticket.id,
            answer=carries,
            buttons=buttons.new_request(words) if keyboard is None else keyboard,
            language=words.language,
        )
        self._post(session, event, letter)

    def _words_for(self, asked: TicketFacts) -> Speech:
        """The language of whoever asked."""
        return self._languages.of(asked.requester.locale)

    def _tell_assignee(self, session: Session, event: OfTicket, news: News) -> None:
        """To whoever has the ticket, if they can be reached; else to all."""
        assignee = event.ticket.assignee
        agents = queries.reachable_agents(session)
        having = [
            agent for agent in agents if assignee and agent.telegram_id == assignee.telegram_id
        ]
        self._tell(session, event, having or agents, news)

    def _tell_all(self, session: Session, event: OfTicket, news: News) -> None:
        self._tell(session, event, queries.reachable_agents(session), news)

    def _tell(
        self, session: Session, event: OfTicket, agents: list[KnownAgent], news: News
    ) -> None:
        ticket = event.ticket
        for agent in agents:
            letter = Letter(
                chat_id=agent.telegram_id,
                text=news.text,
                rank=news.rank,
                buttons=buttons.ticket_card(self._words, ticket),
                ticket_id=ticket.id,
                summary=news.summary,
                language=self._words.language,
            )
            self._post(session, event, letter)

    def _post(self, session: Session, event: Event, letter: Letter) -> None:
        now: datetime = self._clock.now()
        post(session, letter, f"event:{event.event_id}:{letter.chat_id}", now)


def _news_of(event: IncidentTold) -> str:
    """The words for it: the end, that it was none, or how it goes on."""
    if event.incident_status is IncidentStatus.RESOLVED:
        return "bot.request.incident_over"
    is_return = event.message.notice is IncidentNotice.RETURNED
    return "bot.request.incident_back" if is_return else "bot.request.incident_news"


def _is_stale(session: Session, event: CycleEvent) -> bool:
    """Whether something newer about this clock has been heard."""
    cycle = f"cycle:{event.ticket_id}:{event.metric.value}:{event.cycle}"
    return not is_news(session, cycle, event.version)
