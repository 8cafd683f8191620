"""What a user who wrote from Telegram is told of their request. The app shows its own."""

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.tickets import (
    IncidentTold,
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketFacts,
    TicketLinked,
    TicketMerged,
    TicketReopened,
    TicketResolved,
    TicketUnlinked,
)
from contracts.vocabulary import (
    UNFINISHED,
    Delivery,
    IncidentNotice,
    IncidentStatus,
    Metric,
    Source,
)
from services.bot import buttons, memory, queries
from services.bot.files.enclosures import enclosed
from services.bot.letters import AnswerRef, Keyboard, Letter, Rank
from services.bot.markup import Html, escape, one_line
from services.bot.models import NO_INCIDENT
from services.bot.sending.outbox import post
from services.bot.sending.settling import CLOSE, REOPEN
from services.bot.settings import MainBot
from services.bot.speech import Languages, Speech
from services.bot.telling.audience import Audience
from services.bot.telling.clock_notices import drop_warnings
from services.bot.telling.main_bot import answer_letter
from services.bot.telling.telling_agents import AgentsTold

OF_ANSWERS = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)


class RequestNotices:
    """The handlers of tickets' events, by the names under which `subscriptions` declares them."""

    def __init__(
        self,
        languages: Languages,
        clock: Clock,
        audience: Audience,
        main_bot: MainBot | None = None,
    ) -> None:
        self._agents = AgentsTold(languages.own, clock, audience)
        self._languages = languages
        self._clock = clock
        self._main_bot = main_bot

    def carry_answer(self, session: Session, event: TicketAnswered) -> None:
        """An agent's answer, to the user who wrote from Telegram. The app shows its own; whoever is
        known here too is told of it, and whoever is not by the main bot, which is no delivery."""
        self._agents.show_answer(session, event)
        if event.message.delivery == Delivery.PENDING or event.ticket.unanswered_since is None:
            drop_warnings(session, event, OF_ANSWERS, self._clock.now())
        asked, words = event.ticket, self._words_for(event.ticket)
        chat_id = _chat_of(session, asked)
        if chat_id is None:
            self._tell_by_main_bot(session, event)
            return
        is_carried = asked.source == Source.TELEGRAM
        heading = words("bot.request.answer", id=asked.id, name=one_line(event.agent.name, 80))
        hint = Html() if is_carried else Html(f"\n\n{words('bot.request.answer_in_app')}")
        letter = Letter(
            chat_id=chat_id,
            text=Html(f"{heading}\n\n{escape(event.message.body)}".rstrip() + hint),
            files=enclosed(event.message.attachments),
            rank=Rank.ANSWER,
            ticket_id=asked.id,
            is_to_requester=True,
            answer=AnswerRef(asked.id, event.message.id) if is_carried else None,
            language=words.language,
        )
        self._post(session, event, letter)

    def tell_resolved(self, session: Session, event: TicketResolved) -> None:
        """To the user who wrote from Telegram, or is known here too: it is done, and is it? That an
        incident is over they are told by `carry_news`."""
        asked = event.ticket
        memory.note_request(session, asked)
        self._agents.turn_topic(session, event, asked, CLOSE)
        drop_warnings(session, event, Metric, self._clock.now())
        if event.incident is not None:
            return
        chat_id, words = _chat_of(session, asked), self._words_for(asked)
        if chat_id is None:
            return
        letter = Letter(
            chat_id=chat_id,
            text=words("bot.request.resolved", id=asked.id),
            ticket_id=asked.id,
            is_to_requester=True,
            buttons=buttons.solved(words, asked.id),
            language=words.language,
        )
        self._post(session, event, letter)

    def tell_merged(self, session: Session, event: TicketMerged) -> None:
        """To the user who wrote the source from Telegram: where it goes on, and through which door
        the answer will come."""
        memory.note_request(session, event.source)
        memory.note_request(session, event.ticket)
        self._agents.turn_topic(session, event, event.source, CLOSE)
        if event.ticket.status in UNFINISHED:
            self._agents.turn_topic(session, event, event.ticket, REOPEN)
        comes_here = _chat_of(session, event.ticket) is not None
        door = Source.TELEGRAM if comes_here else event.ticket.source
        told = f"bot.request.merged.{door.value}"
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
            title=one_line(words.told(event.incident.title)),
            status=words(f"bot.incident.{event.incident_status.value}"),
        )

    def tell_unlinked(self, session: Session, event: TicketUnlinked) -> None:
        """To the user who wrote from Telegram and waits: what we said of an incident was a mistake.
        Whether that arrives, tickets is told as of an answer."""
        memory.note_request(session, event.ticket, incident_id=NO_INCIDENT)
        if event.message is None:
            return
        self._tell_requester(
            session,
            event,
            event.ticket,
            "bot.request.unlinked",
            carries=AnswerRef(event.ticket.id, event.message.id),
            id=event.ticket.id,
            title=one_line(self._words_for(event.ticket).told(event.incident.title)),
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
            keyboard=buttons.solved(words, asked.id, is_under_news=True)
            if is_over
            else buttons.news(words, asked.id),
            id=asked.id,
            title=one_line(words.told(event.incident.title)),
            status=words(f"bot.incident.{event.incident_status.value}"),
            message=words.told(event.message.body),
        )

    def note_reopened(self, session: Session, event: TicketReopened) -> None:
        """Its incident is back, which `carry_news` tells; its topic is open again with it."""
        memory.note_request(session, event.ticket)
        self._agents.turn_topic(session, event, event.ticket, REOPEN)

    def note_closed(self, session: Session, event: TicketClosed) -> None:
        """Nobody is told through it any more."""
        memory.note_request(session, event.ticket)

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
            is_to_requester=True,
            answer=carries,
            buttons=buttons.new_request(words) if keyboard is None else keyboard,
            language=words.language,
        )
        self._post(session, event, letter)

    def _tell_by_main_bot(self, session: Session, event: TicketAnswered) -> None:
        """To whoever asked in the app and never came to the support bot, if their token says who
        they are in Telegram."""
        chat_id, now = event.ticket.requester.telegram_id, self._clock.now()
        if chat_id is None or self._main_bot is None:
            return
        if queries.is_for_main_bot(session, chat_id, now):
            words = self._words_for(event.ticket)
            self._post(session, event, answer_letter(self._main_bot, words, event, chat_id))

    def _words_for(self, asked: TicketFacts) -> Speech:
        """The language of whoever asked."""
        return self._languages.of(asked.requester.locale)

    def _post(self, session: Session, event: TicketEvent, letter: Letter) -> None:
        key = f"event:{event.event_id}:{letter.chat_id}"
        post(session, letter, key, self._clock.now())


def _chat_of(session: Session, asked: TicketFacts) -> int | None:
    """Where to tell whoever asked, as far as that can be: whoever wrote in the app only if they
    have written to this bot as well."""
    chat_id = asked.requester.telegram_id
    if chat_id is None or asked.source == Source.TELEGRAM:
        return chat_id
    return chat_id if queries.is_met(session, chat_id) else None


def _news_of(event: IncidentTold) -> str:
    """The words for it: the end, that it was none, or how it goes on."""
    if event.incident_status is IncidentStatus.RESOLVED:
        return "bot.request.incident_over"
    is_return = event.message.notice is IncidentNotice.RETURNED
    return "bot.request.incident_back" if is_return else "bot.request.incident_news"
