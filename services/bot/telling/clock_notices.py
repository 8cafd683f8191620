"""What agents are told of clocks: near, late, or not late after all."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.sla import (
    CycleEvent,
    SlaBreached,
    SlaBreachWithdrawn,
    SlaWarned,
    SlaWarningClimbed,
)
from contracts.tickets import TicketEvent
from contracts.vocabulary import Escalation, Metric
from services.bot.letters import Rank
from services.bot.memory import is_news
from services.bot.sending.outbox import drop
from services.bot.showing import clock_news
from services.bot.speech import Languages
from services.bot.telling.audience import Audience
from services.bot.telling.telling_agents import AgentsTold, News, Words


class ClockNotices:
    """The handlers of sla's events, by the names under which `subscriptions` declares them."""

    def __init__(
        self,
        languages: Languages,
        clock: Clock,
        audience: Audience,
        lead_ids: Collection[int] = (),
    ) -> None:
        self._lead_ids = lead_ids
        self._words = languages.own
        self._clock = clock
        self._agents = AgentsTold(languages.own, clock, audience)

    def warn(self, session: Session, event: SlaWarned) -> None:
        """A deadline is near: to whoever has the ticket, else to all."""
        if _is_stale(session, event):
            return
        news = self._warning_of(event, "bot.notice.warned")
        self._agents.tell_assignee(session, event, news)

    def escalate(self, session: Session, event: SlaWarningClimbed) -> None:
        """The warning led to nothing: to all, and in the end to their lead, if there is one."""
        if _is_stale(session, event):
            return
        news = self._warning_of(event, f"bot.notice.climbed.{event.level.value}")
        if event.level is Escalation.LEAD:
            self._agents.tell_leads(session, event, self._lead_ids, news)
        else:
            self._agents.tell_all(session, event, news)

    def shout(self, session: Session, event: SlaBreached) -> None:
        """A deadline has passed: to all, and to whoever has the ticket. Nobody has to be warned of
        it any more."""
        if _is_stale(session, event):
            return
        drop(session, f"{_warnings(event)}:", self._clock.now())
        news = self._news_of(event, Rank.BREACH, "bot.notice.breached", "bot.digest.breached")
        self._agents.tell_all_and_assignee(session, event, news)

    def take_back(self, session: Session, event: SlaBreachWithdrawn) -> None:
        """The breach did not happen after all."""
        if _is_stale(session, event):
            return
        is_in_time, in_digest = event.achieved_at is not None, "bot.digest.breach_withdrawn"
        told = "bot.notice.breach_withdrawn" if is_in_time else "bot.notice.breach_void"
        self._agents.tell_all(session, event, self._news_of(event, Rank.NOTICE, told, in_digest))

    def _warning_of(self, event: CycleEvent, told: str) -> News:
        news = self._news_of(event, Rank.WARNING, told, "bot.digest.warned")
        return replace(news, subject=_warnings(event))

    def _news_of(self, event: CycleEvent, rank: Rank, told: str, in_digest: str) -> News:
        words, now = self._words, self._clock.now()

        def held(until: datetime | None) -> Words:
            text = clock_news.notice(words, told, event, now, held_until=until)
            return Words(text, clock_news.line(words, in_digest, event, now, held_until=until))

        return News(rank, *held(None), held=held)


def drop_warnings(
    session: Session, event: TicketEvent, metrics: Iterable[Metric], now: datetime
) -> None:
    """What these clocks of a ticket count has happened: nobody has to be warned of it any more, as
    in the morning of what was done in the night."""
    for metric in metrics:
        keys = f"warned:{event.ticket.id}:{metric.value}:"
        drop(session, keys, now, said_before=event.occurred_at)


def _is_stale(session: Session, event: CycleEvent) -> bool:
    """Whether something newer about this clock has been heard."""
    return not is_news(session, f"cycle:{_name(event)}", event.version, event.occurred_at)


def _warnings(event: CycleEvent) -> str:
    """The subject of all warnings of this clock."""
    return f"warned:{_name(event)}"


def _name(event: CycleEvent) -> str:
    return f"{event.ticket_id}:{event.metric.value}:{event.cycle}"
