"""What the bot makes of news of incidents and planned work, never folded into a digest."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.event import Event
from contracts.incidents import (
    IncidentAssessed,
    IncidentDeclared,
    IncidentEvent,
    IncidentFellSilent,
    IncidentReopened,
    IncidentResolved,
    IncidentSuspected,
    IncidentUpdated,
    IncidentView,
    IncidentWithdrawn,
    MaintenanceEnded,
    MaintenanceEvent,
    MaintenanceStarted,
)
from contracts.vocabulary import UNFINISHED, IncidentStatus, TicketStatus
from services.bot import alarms, buttons, memory, queries
from services.bot.known_status import keep_status
from services.bot.letters import Letter, Rank
from services.bot.markup import Html, one_line
from services.bot.memory import is_news
from services.bot.sending.outbox import post, post_all
from services.bot.showing import maintenance_cards, suspicion_cards
from services.bot.speech import Languages, Speech
from services.bot.telling.audience import Audience


class IncidentNotices:
    """The handlers of incidents' events, by the names under which `subscriptions` declares them."""

    def __init__(self, languages: Languages, clock: Clock, audience: Audience) -> None:
        self._audience = audience
        self._languages = languages
        self._words = languages.own
        self._clock = clock

    def raise_alarm(self, session: Session, event: IncidentDeclared) -> None:
        self._alarm(session, event, "bot.alarm.declared")

    def pass_on_update(self, session: Session, event: IncidentUpdated) -> None:
        self._alarm(session, event, "bot.alarm.updated")

    def give_all_clear(self, session: Session, event: IncidentResolved) -> None:
        self._alarm(session, event, "bot.alarm.resolved")

    def raise_again(self, session: Session, event: IncidentReopened) -> None:
        self._alarm(session, event, "bot.alarm.reopened")

    def call_off(self, session: Session, event: IncidentWithdrawn) -> None:
        self._alarm(session, event, "bot.alarm.withdrawn", alarms.WITHDRAWN)
        memory.forget_incident(session, event.incident.id)

    def note_assessment(self, session: Session, event: IncidentAssessed) -> None:
        """What it hits decides who is told that we know of it; nobody is told that it changed."""
        keep_status(session, event.status)

    def tell_silence(self, session: Session, event: IncidentFellSilent) -> None:
        """The public waits for a word: first to whoever declared the incident, then to all."""
        incident, now = event.incident, self._clock.now()
        agents = queries.reachable_agents(session)
        declarer = [agent for agent in agents if agent.agent_id == event.declared_by]
        text = self._words(
            "bot.alarm.silent",
            id=incident.id,
            title=one_line(incident.title),
            at=self._words.moment(event.due_at, now),
        )
        is_for_declarer = event.reminder == 1 and declarer
        to_declarer = self._audience.these(declarer, is_urgent=True)
        to_all = self._audience.everybody(session, is_urgent=True)
        letters = (
            Letter(
                chat_id=hearer.chat_id,
                text=text,
                rank=Rank.ALARM,
                buttons=buttons.stages(self._words, incident.id),
                language=self._words.language,
                stands_for=hearer.stands_for,
            )
            for hearer in (to_declarer if is_for_declarer else to_all)
        )
        self._post(session, event, letters)

    def tell_suspicion(self, session: Session, event: IncidentSuspected) -> None:
        """Something may have happened: to all, who say whether it has."""
        suspected = event.suspicion
        text = suspicion_cards.card(self._words, suspected)
        letters = (
            Letter(
                chat_id=hearer.chat_id,
                text=text,
                rank=Rank.ALARM,
                buttons=buttons.suspicion(self._words, suspected.id, suspected.category),
                language=self._words.language,
                stands_for=hearer.stands_for,
            )
            for hearer in self._audience.everybody(session, is_urgent=True)
        )
        self._post(session, event, letters)

    def tell_work_started(self, session: Session, event: MaintenanceStarted) -> None:
        self._tell_work(session, event)

    def tell_work_ended(self, session: Session, event: MaintenanceEnded) -> None:
        self._tell_work(session, event)

    def _tell_work(self, session: Session, event: MaintenanceEvent) -> None:
        """Planned work goes on by the clock: to all, nothing to be done."""
        now = self._clock.now()
        if not is_news(
            session, f"maintenance:{event.maintenance.id}", event.version, event.occurred_at
        ):
            return
        keyboard = buttons.maintenance(self._words, event.maintenance)
        letters = (
            Letter(
                hearer.chat_id,
                maintenance_cards.card(self._words, event.maintenance, hearer.not_before or now),
                Rank.NOTICE,
                buttons=keyboard,
                language=self._words.language,
                not_before=hearer.not_before,
                stands_for=hearer.stands_for,
            )
            for hearer in self._audience.everybody(session)
        )
        self._post(session, event, letters)

    def _alarm(
        self, session: Session, event: IncidentEvent, message_id: str, ending: str = ""
    ) -> None:
        """To all agents but the author, whose confirmation says the same, and to whoever wished to
        be told of incidents."""
        incident = event.incident
        keep_status(session, event.status)
        if not is_news(session, f"incident:{incident.id}", event.version, event.occurred_at):
            return
        text = _told(self._words, message_id, incident)
        hearers = self._audience.everybody(session, is_urgent=True)
        for hearer in hearers:
            key = alarms.alarm_key(incident, hearer.chat_id, ending)
            if not alarms.is_told(session, key):
                letter = Letter(
                    hearer.chat_id,
                    text,
                    Rank.ALARM,
                    language=self._words.language,
                    stands_for=hearer.stands_for,
                )
                post(session, letter, key, self._clock.now())
        self._tell_subscribers(
            session, event, message_id, but={hearer.chat_id for hearer in hearers}
        )
        is_over = incident.status is IncidentStatus.RESOLVED
        memory.note_end(session, incident.id, self._clock.now() if is_over else None)

    def _tell_subscribers(
        self, session: Session, event: IncidentEvent, message_id: str, but: Collection[int]
    ) -> None:
        """In each chat's language, behind everything else that waits. Who has a request about the
        incident is told through that, as they wished there."""
        told = _told_by_tickets(event)
        subscribers = queries.subscribers(session, event.incident.id, told)
        letters = (
            _to_subscriber(chat_id, self._languages.of(language), message_id, event.incident)
            for chat_id, language in subscribers.items()
            if chat_id not in but
        )
        self._post(session, event, letters)

    def _post(self, session: Session, event: Event, letters: Iterable[Letter]) -> None:
        """Each chat hears of an event once."""
        keyed = [(letter, f"event:{event.event_id}:{letter.chat_id}") for letter in letters]
        post_all(session, keyed, self._clock.now())


def _told_by_tickets(event: IncidentEvent) -> Collection[TicketStatus]:
    """The states of the tickets whose requesters tickets tells of this, at the latest of the end
    and of a return from it. Of a withdrawal it tells only those who still wait."""
    if isinstance(event, IncidentWithdrawn):
        return ()
    is_end = event.incident.status is IncidentStatus.RESOLVED
    if is_end or _is_return(event):
        return (*UNFINISHED, TicketStatus.RESOLVED)
    return UNFINISHED


def _is_return(event: IncidentEvent) -> bool:
    """From the end, not from another status back to the begin."""
    return isinstance(event, IncidentReopened) and event.incident.was_over


def _to_subscriber(chat_id: int, words: Speech, message_id: str, incident: IncidentView) -> Letter:
    return Letter(
        chat_id=chat_id,
        text=_told(words, message_id, incident),
        rank=Rank.BROADCAST,
        buttons=buttons.unsubscribe(words),
        language=words.language,
    )


def _told(words: Speech, message_id: str, incident: IncidentView) -> Html:
    """The news in words: how the incident stands, and what was said last."""
    last = incident.updates[-1] if incident.updates else None
    return words(
        message_id,
        id=incident.id,
        title=one_line(words.told(incident.title)),
        status=words(f"bot.incident.{incident.status.value}"),
        message=words.told(last.message) if last else "",
    )
