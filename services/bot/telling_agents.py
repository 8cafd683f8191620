"""One piece of news to the agents whom it concerns, each once."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.sla import CycleEvent
from contracts.tickets import TicketEvent
from services.bot import buttons, queries
from services.bot.letters import Letter, Rank
from services.bot.markup import Html
from services.bot.models import KnownAgent
from services.bot.outbox import post
from services.bot.speech import Speech

OfTicket = TicketEvent | CycleEvent


@dataclass(frozen=True)
class News:
    """What agents are told; `summary` is its line in a digest. `subject` begins the key of its
    messages, by which those that still wait can be dropped."""

    rank: Rank
    text: Html
    summary: Html
    subject: str = "event"


class AgentsTold:
    """Puts news of a ticket in the outbox, with what can be done about it."""

    def __init__(self, words: Speech, clock: Clock) -> None:
        self._words = words
        self._clock = clock

    def tell_assignee(self, session: Session, event: OfTicket, news: News) -> None:
        """To whoever has the ticket, if they can be reached; else to all."""
        assignee = event.ticket.assignee
        agents = queries.reachable_agents(session)
        having = [
            agent for agent in agents if assignee and agent.telegram_id == assignee.telegram_id
        ]
        self.tell(session, event, having or agents, news)

    def tell_all(self, session: Session, event: OfTicket, news: News) -> None:
        """To every agent who can be reached."""
        self.tell(session, event, queries.reachable_agents(session), news)

    def tell_one(self, session: Session, event: OfTicket, agent_id: str, news: News) -> None:
        """To this agent alone, if they can be reached."""
        agents = queries.reachable_agents(session)
        self.tell(session, event, [one for one in agents if one.agent_id == agent_id], news)

    def tell(self, session: Session, event: OfTicket, agents: list[KnownAgent], news: News) -> None:
        """To these agents."""
        ticket, now = event.ticket, self._clock.now()
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
            post(session, letter, f"{news.subject}:{event.event_id}:{letter.chat_id}", now)
