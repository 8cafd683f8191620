"""Events made by hand, and heard as the bot's listener hears them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from chassis.events.consumer import handle_once
from contracts.event import Event, MessageParked
from contracts.incidents import (
    IncidentAssessed,
    IncidentDeclared,
    IncidentFellSilent,
    IncidentReopened,
    IncidentResolved,
    IncidentSuspected,
    IncidentUpdated,
    IncidentView,
    IncidentWithdrawn,
    MaintenanceEnded,
    MaintenanceStarted,
    MaintenanceView,
    StatusView,
    SuspicionExample,
    SuspicionView,
    UpdateView,
)
from contracts.sla import SlaBreached, SlaBreachWithdrawn, SlaWarned, SlaWarningClimbed
from contracts.tickets import (
    AgentView,
    AnswerRefused,
    IncidentTold,
    LinkedIncident,
    MessageEdited,
    TicketAnswered,
    TicketAssigned,
    TicketClosed,
    TicketFacts,
    TicketLinked,
    TicketMerged,
    TicketNoted,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketResolved,
    TicketTaken,
    TicketUnlinked,
    UserMessageAdded,
)
from contracts.vocabulary import (
    AuthorKind,
    Category,
    Escalation,
    IncidentImpact,
    IncidentNotice,
    IncidentStatus,
    MaintenanceStatus,
    Metric,
    OverallStatus,
    Priority,
)
from services.bot.settings import MainBot
from services.bot.subscriptions import SUBSCRIPTIONS
from services.bot.telling.hearing import handlers
from tests.support.bot_rows import ANNA, BORIS, LANGUAGES, NOON, Rows, message, ticket

INCIDENT = IncidentView(
    id=3,
    title="Платежи <стоят>",
    status=IncidentStatus.INVESTIGATING,
    impact=IncidentImpact.CRITICAL,
    started_at=NOON,
    updates=[UpdateView(status=IncidentStatus.INVESTIGATING, message="Ищем", created_at=NOON)],
)
STATUS = StatusView(
    status=OverallStatus.OUTAGE, incident=INCIDENT, incidents=[INCIDENT], updated_at=NOON, version=1
)


def made(kind: type[Event], version: int = 1, **parts: Any) -> Event:
    return kind(event_id=uuid4(), occurred_at=NOON, version=version, **parts)


def hear(
    rows: Rows,
    event: Event,
    lead_ids: tuple[int, ...] = (),
    *,
    group_id: int | None = None,
    main_bot: MainBot | None = None,
) -> None:
    """As the listener does."""
    found = handlers(LANGUAGES, rows.clock, lead_ids, group_id, main_bot=main_bot)
    subscription = next(one for one in SUBSCRIPTIONS if one.event is type(event))
    handle_once(rows.store, subscription, event, found[subscription])


AGENT = AgentView(id=f"tg:{ANNA}", name="Анна", telegram_id=ANNA)
COLLEAGUE = AgentView(id=f"tg:{BORIS}", name="Борис", telegram_id=BORIS)


def cycle(kind: type[Event], version: int, **parts: Any) -> Event:
    return made(
        kind,
        version,
        ticket_id=42,
        metric=Metric.FIRST_RESPONSE,
        cycle=1,
        due_at=NOON + timedelta(minutes=12),
        ticket=ticket(assignee=parts.pop("assignee", None)),
        **parts,
    )


def about(kind: type[Event], version: int = 1) -> Event:
    return made(kind, version, incident=INCIDENT, status=STATUS)


def silence(reminder: int, declared_by: str = f"tg:{ANNA}") -> Event:
    return made(
        IncidentFellSilent,
        reminder,
        incident=INCIDENT,
        declared_by=declared_by,
        due_at=NOON,
        reminder=reminder,
    )


def work(kind: type[Event], status: MaintenanceStatus) -> Event:
    planned = MaintenanceView(
        id=5,
        title="Обновляем шлюз",
        status=status,
        components=["payments"],
        starts_at=NOON,
        ends_at=NOON,
        announced_at=NOON,
        updated_at=NOON,
    )
    return made(kind, 1, maintenance=planned, status=STATUS)


def suspected() -> Event:
    suspicion = SuspicionView(
        id=4,
        category=Category.PAYMENT,
        suspected_at=NOON,
        count=14,
        usual=1.8,
        window_minutes=10,
        examples=[SuspicionExample(ticket_id=42, subject="Не проходит <оплата>")],
        components=["payments"],
        quiet_until=NOON,
    )
    return made(IncidentSuspected, 1, suspicion=suspicion)


def parked(queue: str) -> Event:
    return made(
        MessageParked,
        5,
        process=queue.partition(".")[0],
        queue=queue,
        message_id="id-1",
        tries=5,
        error="RuntimeError: no",
    )


def linked(asked: TicketFacts | None = None, **parts: Any) -> Event:
    told = {
        "ticket": asked or ticket(),
        "incident": LinkedIncident(id=3, title=INCIDENT.title),
        "incident_status": IncidentStatus.IDENTIFIED,
        "message": message("", kind=AuthorKind.SYSTEM),
    }
    return made(TicketLinked, **{**told, **parts})


def told_news(
    status: IncidentStatus = IncidentStatus.IDENTIFIED, notice: IncidentNotice | None = None
) -> Event:
    return made(
        IncidentTold,
        ticket=ticket(),
        incident=LinkedIncident(id=3, title=INCIDENT.title),
        incident_status=status,
        message=message("Нашли причину", kind=AuthorKind.SYSTEM).model_copy(
            update={"notice": notice}
        ),
    )


def edited(body: str, version: int = 2, **facts: Any) -> Event:
    """A user has changed a message that nobody has answered."""
    waiting = {"unanswered_since": NOON, **facts}
    changed = {"edited_at": NOON + timedelta(minutes=version)}
    return made(
        MessageEdited,
        version,
        ticket=ticket().model_copy(update=waiting),
        message=message(body).model_copy(update=changed),
    )


def raised(
    version: int = 2, priority: Priority = Priority.P1, assignee: int | None = None, **parts: Any
) -> Event:
    """A user has said that they cannot go on at all."""
    told = {"former": Priority.P3, **parts}
    asked = ticket(priority=priority, assignee=assignee)
    return made(TicketPrioritised, version, ticket=asked, **told)


def unlinked(**parts: Any) -> Event:
    told = {
        "ticket": ticket(),
        "incident": LinkedIncident(id=3, title=INCIDENT.title),
        "message": message("", kind=AuthorKind.SYSTEM),
    }
    return made(TicketUnlinked, **{**told, **parts})


EVENTS: dict[type[Event], Event] = {
    TicketOpened: made(TicketOpened, ticket=ticket(), message=message()),
    UserMessageAdded: made(UserMessageAdded, ticket=ticket(), message=message(), reopened=True),
    TicketAnswered: made(
        TicketAnswered,
        ticket=ticket(),
        message=message("Чиним", kind=AuthorKind.AGENT),
        agent=AGENT,
    ),
    TicketNoted: made(
        TicketNoted,
        ticket=ticket(assignee=BORIS),
        message=message("Опять банк", kind=AuthorKind.AGENT).model_copy(update={"is_note": True}),
        agent=AGENT,
    ),
    TicketAssigned: made(TicketAssigned, ticket=ticket(assignee=BORIS), agent=AGENT),
    TicketTaken: made(TicketTaken, ticket=ticket(assignee=ANNA), agent=AGENT, former=COLLEAGUE),
    TicketPrioritised: raised(),
    MessageEdited: edited("Помогите!"),
    AnswerRefused: made(AnswerRefused, ticket=ticket(), message_id=7, refusal="blocked"),
    TicketResolved: made(TicketResolved, ticket=ticket(), agent=AGENT),
    TicketReopened: made(
        TicketReopened, ticket=ticket(), incident=LinkedIncident(id=3, title=INCIDENT.title)
    ),
    TicketMerged: made(TicketMerged, ticket=ticket(40), source=ticket(), agent=AGENT),
    TicketLinked: linked(),
    TicketUnlinked: unlinked(),
    TicketClosed: made(TicketClosed, ticket=ticket()),
    IncidentTold: told_news(),
    SlaWarned: cycle(SlaWarned, 2, threshold=0.8),
    SlaWarningClimbed: cycle(SlaWarningClimbed, 3, level=Escalation.AGENTS),
    SlaBreached: cycle(SlaBreached, 3),
    SlaBreachWithdrawn: cycle(SlaBreachWithdrawn, 4, achieved_at=NOON),
    IncidentDeclared: about(IncidentDeclared),
    IncidentAssessed: about(IncidentAssessed),
    IncidentUpdated: about(IncidentUpdated),
    IncidentResolved: about(IncidentResolved),
    IncidentReopened: about(IncidentReopened),
    IncidentWithdrawn: about(IncidentWithdrawn),
    IncidentFellSilent: silence(1),
    IncidentSuspected: suspected(),
    MaintenanceStarted: work(MaintenanceStarted, MaintenanceStatus.IN_PROGRESS),
    MaintenanceEnded: work(MaintenanceEnded, MaintenanceStatus.COMPLETED),
    MessageParked: parked("sla.hear_opened"),
}


UNTOLD = {IncidentAssessed, TicketClosed, TicketReopened}
"""What is only kept in mind."""
