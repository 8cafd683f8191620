"""How a ticket looks: the notice of it, its card under the buttons, its whole thread. Pure."""

from datetime import datetime

from contracts.sla import CycleView, TicketClocks
from contracts.tickets import (
    BEST_RATING,
    EarlierText,
    EarlierTexts,
    MessageView,
    TicketFacts,
    TicketSummary,
    TicketView,
)
from contracts.vocabulary import (
    UNFINISHED,
    AuthorKind,
    CycleState,
    Delivery,
    IncidentNotice,
    Metric,
)
from services.bot.markup import Html, escape, excerpt, one_line
from services.bot.speech import Speech

EXCERPT_UNITS = 900
SUBJECT_LENGTH = 120
FILES_NAMED = 3
_ANSWERED = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_RUNNING = (CycleState.PENDING, CycleState.IMMINENT_BREACH, CycleState.BREACHING)


def heading(words: Speech, ticket: TicketFacts) -> Html:
    """Number, priority and category on one line, the subject on the next."""
    return words(
        "bot.card.heading",
        id=ticket.id,
        priority=ticket.priority.value,
        category=words.category(ticket.category),
        subject=one_line(ticket.subject, SUBJECT_LENGTH),
    )


def notice(
    words: Speech, title: Html, ticket: TicketFacts, message: MessageView | None = None
) -> Html:
    """News about a ticket, with the message that made it news."""
    lines = [title, heading(words, ticket), _requester(words, ticket)]
    if message is not None:
        says_more = "" if _is_subject(ticket, message) else message.body
        lines += [*files(words, message), _quoted(words, ticket.id, says_more)]
    else:
        lines.append(words("bot.card.whole", id=ticket.id))
    return _lines(lines)


def _is_subject(ticket: TicketFacts, message: MessageView) -> bool:
    """Is it a ticket's first message, and no more than the subject that stands above?"""
    return ticket.version == 1 and one_line(ticket.subject, SUBJECT_LENGTH) == message.body


def follows(words: Speech, ticket: TicketFacts) -> list[Html]:
    """The closed ticket after which its requester opened this one."""
    return [] if ticket.follows is None else [words("bot.card.follows", id=ticket.follows)]


def files(words: Speech, message: MessageView) -> list[Html]:
    """The files of a message: how many, and the first by their names and sizes."""
    if not message.attachments:
        return []
    named = [
        f"{one_line(file.name, 60)} ({words.size(file.size)})"
        for file in message.attachments[:FILES_NAMED]
    ]
    if len(message.attachments) > FILES_NAMED:
        named.append("…")
    count = len(message.attachments)
    return [words.plural("bot.files.line", count, names=", ".join(named))]


def summary(words: Speech, message_id: str, ticket: TicketFacts, **more: object) -> Html:
    """The same news as a line of a digest."""
    return words(
        message_id,
        id=ticket.id,
        priority=ticket.priority.value,
        subject=one_line(ticket.subject, 60),
        **more,
    )


def card(words: Speech, view: TicketView, clocks: TicketClocks | None, now: datetime) -> Html:
    """A ticket in short, with its last message: what stands above the buttons."""
    lines = _facts(words, view, clocks, now)
    if view.messages:
        last = view.messages[-1]
        quoted = _quoted(words, view.id, _body(words, view, last))
        told = [_author(words, last, now), *files(words, last)]
        lines += [Html(""), Html(f"{_lines(told)}{quoted}")]
    else:
        lines.append(_quoted(words, view.id, view.description))
    return _lines(lines)


def thread(words: Speech, view: TicketView, clocks: TicketClocks | None, now: datetime) -> Html:
    """A ticket whole: its facts, then every message, paragraph by paragraph."""
    messages = [
        _lines(
            [
                _author(words, message, now),
                *files(words, message),
                *([escape(body)] if (body := _body(words, view, message)) else []),
            ]
        )
        for message in view.messages
    ]
    return Html("\n\n".join([_lines(_facts(words, view, clocks, now)), *messages]))


def earlier(words: Speech, found: EarlierTexts, now: datetime) -> Html:
    """What edited messages said before, one after the other, and how much more there was."""
    title = words("bot.edited.title", id=found.ticket_id)
    if found.left_out:
        title = Html(f"{title}\n{words.plural('bot.edited.left_out', found.left_out)}")
    blocks = [
        Html(f"{_heading_of_earlier(words, one, now)}\n{_said_earlier(words, one)}")
        for one in found.texts
    ]
    return Html("\n\n".join([title, *blocks]))


def line(words: Speech, ticket: TicketSummary, now: datetime) -> Html:
    """A ticket as two lines of a list."""
    due_at = _kept_deadline(ticket)
    due = words.deadline(due_at, now) if due_at else None
    return words(
        "bot.list.line",
        id=ticket.id,
        priority=ticket.priority.value,
        due=due or words(f"bot.status.{ticket.status.value}"),
        subject=one_line(ticket.subject, 80),
        who=_assignee(words, ticket),
    )


def _facts(
    words: Speech, view: TicketView, clocks: TicketClocks | None, now: datetime
) -> list[Html]:
    facts = words(
        "bot.card.facts",
        status=words(f"bot.status.{view.status.value}"),
        source=words(f"bot.source.{view.source.value}"),
        who=_assignee(words, view),
        opened=words.moment(view.created_at, now),
    )
    return [
        heading(words, view),
        _requester(words, view),
        facts,
        *_sla(words, view, clocks, now),
        *follows(words, view),
        *_merges(words, view),
        *_incident(words, view),
        *_rating(words, view),
    ]


def _sla(words: Speech, view: TicketView, clocks: TicketClocks | None, now: datetime) -> list[Html]:
    """What the clocks say; when sla is silent, the deadline kept beside the ticket."""
    if clocks is None:
        due_at = _kept_deadline(view)
        return [] if due_at is None else [_due(words, "bot.sla.due", due_at, now)]
    cycles = {metric: getattr(clocks, metric.value) for metric in Metric}
    told = [_cycle(words, one, cycle, now) for one, cycle in cycles.items() if cycle is not None]
    return [one for one in told if one is not None]


def _kept_deadline(ticket: TicketSummary) -> datetime | None:
    """The deadline kept beside an unfinished ticket: that a finished one has none any more, sla may
    not have said yet."""
    return ticket.next_due_at if ticket.status in UNFINISHED else None


def _cycle(words: Speech, metric: Metric, cycle: CycleView, now: datetime) -> Html | None:
    if cycle.paused:
        is_late = cycle.state is CycleState.BREACHING
        at = words.moment(cycle.due_at, now)
        return words("bot.sla.paused_late", at=at) if is_late else words("bot.sla.paused")
    if cycle.state in _RUNNING:
        return _due(words, f"bot.sla.{metric.value}.due", cycle.due_at, now, metric=metric)
    if cycle.state == CycleState.CANCELLED:
        is_missed = cycle.breached_at is not None and metric in _ANSWERED
        return words(f"bot.sla.{metric.value}.unanswered") if is_missed else None
    if cycle.satisfied_by is not None:
        return words(f"bot.sla.{cycle.satisfied_by.value}.{cycle.state.value}")
    return words(f"bot.sla.{metric.value}.{cycle.state.value}")


def _due(
    words: Speech, message_id: str, due_at: datetime, now: datetime, *, metric: Metric | None = None
) -> Html:
    left = words.deadline(due_at, now, metric)
    return words(message_id, at=words.moment(due_at, now), left=left)


def _merges(words: Speech, view: TicketView) -> list[Html]:
    """Where a ticket went on, and where the rest of one is that others were merged into."""
    went = [] if view.merged_into is None else [view.merged_into]
    return [
        *(words("bot.card.merged_into", id=ticket_id) for ticket_id in went),
        *(words("bot.card.merged_from", id=ticket_id) for ticket_id in view.merged_from),
    ]


def _incident(words: Speech, view: TicketView) -> list[Html]:
    """The incident that the ticket is about."""
    if view.incident is None:
        return []
    title = one_line(view.incident.title)
    return [words("bot.card.incident", id=view.incident.id, title=title)]


def _rating(words: Speech, view: TicketView) -> list[Html]:
    """How content the requester is, once they have said."""
    if view.rating is None:
        return []
    stars = "★" * view.rating + "☆" * (BEST_RATING - view.rating)
    return [words("bot.card.rating", stars=stars, rating=view.rating)]


def _heading_of_earlier(words: Speech, text: EarlierText, now: datetime) -> Html:
    return words(
        "bot.edited.heading",
        name=one_line(text.author.name, 80),
        since=words.moment(text.written_at, now),
        until=words.moment(text.replaced_at, now),
    )


def _said_earlier(words: Speech, text: EarlierText) -> Html:
    """A file may have come without words."""
    return escape(text.body) if text.body else words("bot.edited.wordless")


def _body(words: Speech, view: TicketView, message: MessageView) -> str:
    """What a message says; what the desk itself says is no text of a person."""
    if message.notice is IncidentNotice.WITHDRAWN and message.incident is not None:
        title = one_line(message.incident.title)
        return words("bot.message.withdrawn", id=message.incident.id, title=title)
    is_news = message.incident_status is not None and message.notice is not IncidentNotice.KNOWN
    if message.incident is not None and message.incident_status is not None and is_news:
        status = words(f"bot.incident.{message.incident_status.value}")
        title = one_line(message.incident.title)
        return words("bot.message.news", title=title, status=status, message=message.body)
    if message.incident is not None:
        title = one_line(message.incident.title)
        return words("bot.message.linked", id=message.incident.id, title=title)
    if message.author.kind == AuthorKind.SYSTEM and view.merged_into is not None:
        return words("bot.message.merged", id=view.merged_into)
    return message.body


def _author(words: Speech, message: MessageView, now: datetime) -> Html:
    """Who wrote it, when, and whether it has reached the user. What the desk says by itself has
    nobody's name; a note is plainly none of what the user sees."""
    name, at = one_line(message.author.name, 80), words.moment(message.created_at, now)
    kind = "note" if message.is_note else message.author.kind.value
    title = (
        words(f"bot.author.{kind}", name=name, at=at) if name else words("bot.author.none", at=at)
    )
    if message.edited_at is not None:
        edited = words("bot.edited.mark", at=words.moment(message.edited_at, now))
        title = Html(f"{title} · {edited}")
    if message.delivery not in {None, Delivery.DELIVERED}:
        return Html(f"{title} · {words(f'bot.delivery.{message.delivery}')}")
    return title


def _quoted(words: Speech, ticket_id: int, body: str) -> Html:
    if not body:
        return Html(f"\n{words('bot.card.whole', id=ticket_id)}")
    begin, is_cut = excerpt(body, EXCERPT_UNITS)
    quoted = Html(f"\n{escape(begin)}{'…' if is_cut else ''}\n")
    whole = "bot.card.rest" if is_cut else "bot.card.whole"
    return Html(f"{quoted}\n{words(whole, id=ticket_id)}")


def _requester(words: Speech, ticket: TicketFacts) -> Html:
    return words("bot.card.requester", name=one_line(ticket.requester.name, 80))


def _assignee(words: Speech, ticket: TicketFacts) -> Html:
    if ticket.assignee is None:
        return words("bot.card.nobody")
    return escape(one_line(ticket.assignee.name, 80))


def _lines(lines: list[Html]) -> Html:
    return Html("\n".join(lines))
