"""What agents are told of tickets and of messages that nobody could take in: each handler only puts
messages in the outbox, in the transaction that remembers the event, so that a second delivery sends
nothing. What others are told: `request_notices`, `clock_notices`, `incident_notices`."""

from dataclasses import replace

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.event import MessageParked
from contracts.tickets import (
    AgentView,
    AnswerRefused,
    MessageEdited,
    MessageView,
    TicketAssigned,
    TicketEvent,
    TicketNoted,
    TicketOpened,
    TicketPrioritised,
    TicketTaken,
    UserMessageAdded,
)
from contracts.vocabulary import UNFINISHED, Priority
from services.bot import memory, queries
from services.bot.files.enclosures import enclosed
from services.bot.letters import Rank
from services.bot.markup import Html, one_line
from services.bot.returning import refused_key
from services.bot.sending import undelivered
from services.bot.sending.outbox import is_seen_at_once
from services.bot.sending.settling import REOPEN
from services.bot.showing import cards
from services.bot.speech import Languages
from services.bot.telling import parkings
from services.bot.telling.audience import Audience
from services.bot.telling.telling_agents import (
    AT_MOST_EVERY,
    AgentsTold,
    News,
    assigned_key,
    said_key,
)


class Notices:
    """The handlers of events, by the names under which `subscriptions` declares them."""

    def __init__(self, languages: Languages, clock: Clock, audience: Audience) -> None:
        self._words = languages.own
        self._clock = clock
        self._agents = AgentsTold(languages.own, clock, audience)

    def announce_ticket(self, session: Session, event: TicketOpened) -> None:
        """A new ticket, to all agents."""
        title = [self._words("bot.notice.opened"), *cards.follows(self._words, event.ticket)]
        text = cards.notice(self._words, Html("\n".join(title)), event.ticket, event.message)
        self._agents.tell_all(
            session, event, self._news_of(event, text, "bot.digest.opened", event.message)
        )

    def pass_on_message(self, session: Session, event: UserMessageAdded) -> None:
        """A user's message, to whoever has the ticket, else to all."""
        memory.note_request(session, event.ticket)
        if event.reopened:
            self._agents.turn_topic(session, event, event.ticket, REOPEN)
        title = self._words("bot.notice.reopened" if event.reopened else "bot.notice.message")
        text = cards.notice(self._words, title, event.ticket, event.message)
        self._agents.tell_assignee(
            session, event, self._news_of(event, text, "bot.digest.message", event.message)
        )

    def tell_note(self, session: Session, event: TicketNoted) -> None:
        """A colleague's note, to whoever has the ticket, and to the group."""
        shown = self._note(event, "bot.notice.noted_in_group")
        self._agents.show(session, event, shown, said_key(event.message.id))
        assignee = event.ticket.assignee
        if assignee is not None and assignee.id != event.agent.id:
            news = self._note(event, "bot.notice.noted")
            self._agents.tell_one(session, event, assignee.id, news)

    def tell_taken(self, session: Session, event: TicketTaken) -> None:
        """Who takes a colleague's ticket tells them so by that; of what nobody had nobody hears."""
        if event.former is not None and event.former.id != event.agent.id:
            self.tell_assigned(session, event)

    def tell_assigned(self, session: Session, event: TicketAssigned | TicketTaken) -> None:
        """To whoever was given the ticket, and to whoever had it, unless they did it themselves; to
        the group, unless somebody took what nobody had."""
        given, former = event.ticket.assignee, event.former
        name = one_line(event.agent.name, 80)
        if given is not None and given.id != event.agent.id:
            title = self._words("bot.notice.assigned", name=name)
            news = self._brief_news(event, title, "bot.digest.assigned")
            self._agents.tell_one(session, event, given.id, news)
        if former is not None and former.id != event.agent.id:
            title = self._handed_over(name, given, event.agent)
            news = self._brief_news(event, title, "bot.digest.handed_over")
            self._agents.tell_one(session, event, former.id, news)
        if former is not None or given is None or given.id != event.agent.id:
            news = self._brief_news(event, self._reassigned(name, event), "bot.digest.reassigned")
            self._agents.show(session, event, news, assigned_key(event.ticket))

    def tell_raised(self, session: Session, event: TicketPrioritised) -> None:
        """A requester says that they cannot go on at all: to whoever has the ticket, else to all;
        once a minute, however often they change their mind."""
        asked = event.ticket
        if not memory.is_news(session, f"priority:{asked.id}", event.version, event.occurred_at):
            return
        is_raised = event.agent is None and event.former is not None
        if not is_raised or asked.priority is not Priority.P1:
            return
        subject, now = f"raised:{asked.id}", self._clock.now()
        if queries.is_posted(session, subject, now - AT_MOST_EVERY):
            return
        title = self._words("bot.notice.raised", priority=asked.priority.value)
        news = self._brief_news(event, title, "bot.digest.raised")
        self._agents.tell_assignee(session, event, replace(news, subject=subject))

    def tell_edit(self, session: Session, event: MessageEdited) -> None:
        """A user has changed a message that waits for an answer: to whoever has the ticket, else to
        all. What is edited again within a minute changes what they were told."""
        since, message = event.ticket.unanswered_since, event.message
        if since is None or message.created_at < since:
            return
        if not memory.is_news(
            session, f"edited message:{message.id}", event.version, event.occurred_at
        ):
            return
        title = self._words("bot.notice.edited")
        text = cards.notice(self._words, title, event.ticket, message)
        summary = cards.summary(self._words, "bot.digest.edited", event.ticket)
        self._agents.tell_edit(session, event, News(Rank.NOTICE, text, summary))

    def tell_refusal(self, session: Session, event: AnswerRefused) -> None:
        """Telegram did not take an answer: somebody has to know that the user waits. Unless it has
        arrived since, by a second way; and whoever gave it may know already."""
        report = queries.report_of(session, event.message_id)
        if report is not None and report.is_delivered:
            return
        why = undelivered.reason(self._words, event.refusal)
        is_unfinished = event.ticket.status in UNFINISHED
        told = "bot.notice.refused" if is_unfinished else "bot.notice.last_word_refused"
        title = self._words(told, reason=why)
        text = cards.notice(self._words, title, event.ticket)
        summary = cards.summary(self._words, "bot.digest.refused", event.ticket)
        news = News(Rank.WARNING, text, summary, key=refused_key(event.message_id))
        self._agents.tell_assignee(session, event, news)

    def tell_parked(self, session: Session, event: MessageParked) -> None:
        """A process could not take in a message: to all, but not too often."""
        told = parkings.Telling(self._words, self._agents.audience)
        parkings.note_parked(session, event.queue, told, self._clock.now())

    def _handed_over(self, name: str, now_has: AgentView | None, agent: AgentView) -> Html:
        """To whoever had the ticket: whose it is now."""
        if now_has is None:
            return self._words("bot.notice.given_up", name=name)
        if now_has.id == agent.id:
            return self._words("bot.notice.taken_over", name=name)
        return self._words("bot.notice.handed_over", name=name, assignee=one_line(now_has.name, 80))

    def _reassigned(self, name: str, event: TicketAssigned | TicketTaken) -> Html:
        """To colleagues: whose it is now."""
        given = event.ticket.assignee
        if given is None:
            return self._words("bot.notice.let_go", name=name)
        if given.id == event.agent.id:
            return self._words("bot.notice.taken", name=name)
        return self._words("bot.notice.given", name=name, assignee=one_line(given.name, 80))

    def _note(self, event: TicketNoted, told: str) -> News:
        title = self._words(told, name=one_line(event.agent.name, 80))
        text = cards.notice(self._words, title, event.ticket, event.message)
        text = Html(f"{text}\n\n{self._words('bot.note.reply')}")
        summary = cards.summary(self._words, "bot.digest.noted", event.ticket)
        return News(Rank.NOTICE, text, summary, is_for_note=True)

    def _brief_news(self, event: TicketEvent, title: Html, in_digest: str) -> News:
        """News without anybody's words."""
        text = cards.notice(self._words, title, event.ticket)
        return News(Rank.NOTICE, text, cards.summary(self._words, in_digest, event.ticket))

    def _news_of(
        self, event: TicketEvent, text: Html, in_digest: str, message: MessageView
    ) -> News:
        """A message of a user, with its files: a photo is seen at once, anything else, which would
        push other notices off a phone's screen, when it is asked for."""
        summary = cards.summary(self._words, in_digest, event.ticket)
        files = enclosed(message.attachments)
        if not files:
            return News(Rank.NOTICE, text, summary)
        return News(
            Rank.NOTICE,
            text,
            Html(f"{summary} 📎"),
            files=files if is_seen_at_once(text, files) else (),
            message=message,
        )
