"""Whatever people write, every text of the bot stays Telegram's HTML, ours alone, and whole."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from types import FunctionType
from typing import get_type_hints

import pytest

import services.bot
from botapi.html import parse
from contracts.errors import SuspicionAnswered
from contracts.files import clean_file_name
from contracts.incidents import (
    AuditEntry,
    IncidentStats,
    MaintenanceView,
    StatusView,
    SuspicionExample,
    SuspicionView,
    UpdateView,
)
from contracts.incidents.views import ComponentView
from contracts.sla import SlaWarned, UrgentCycle, UrgentCycles
from contracts.texts import is_blank
from contracts.tickets import (
    AgentStats,
    AgentView,
    AttachmentView,
    EarlierText,
    EarlierTexts,
    FirstResponseStats,
    LinkedIncident,
    MessageView,
    RequesterView,
    TicketFacts,
    TicketStats,
    TicketSummary,
    TicketView,
)
from contracts.tickets.views import AuthorView
from contracts.vocabulary import (
    AuthorKind,
    Category,
    ComponentStatus,
    CycleState,
    IncidentAction,
    IncidentStatus,
    MaintenanceStatus,
    Metric,
    OverallStatus,
    Priority,
    SuspicionAnswer,
)
from services.bot.letters import Letter
from services.bot.markup import (
    CAPTION_LENGTH,
    MESSAGE_LENGTH,
    Html,
    escape,
    excerpt,
    one_line,
    split,
    units,
    visible_units,
)
from services.bot.sending import digest
from services.bot.sending.outbox import ROOM_FOR_MARK, _parts
from services.bot.showing import (
    cards,
    clock_news,
    figures,
    incident_cards,
    maintenance_cards,
    suspicion_cards,
)
from tests.support.as_shown import PLAIN, eyes, faults, written
from tests.support.bot_events import INCIDENT, cycle
from tests.support.bot_rows import LANGUAGES, NOON, message, ticket
from tests.support.hostile import CLUSTERS, CORPUS, FAMILIES

RU = LANGUAGES.of("ru")
CAPTION, PART = CAPTION_LENGTH - ROOM_FOR_MARK, MESSAGE_LENGTH - ROOM_FOR_MARK
LONGEST_CHARACTER = 30
"""Units of what is one character to the eye; what is longer is cut when it does not fit."""
SOME = 15
"""Of a family whose texts differ in where a border is: each border is tried by itself."""
every_family = pytest.mark.parametrize("family", FAMILIES)


def facts(words: str, kind: type[TicketFacts] = TicketFacts) -> TicketFacts:
    """A ticket whose every text is a person's, beyond what contracts let through."""
    whole = {
        **dict(ticket()),
        "subject": words,
        "requester": RequesterView.model_construct(id="tg:9001", name=words, telegram_id=9001),
        "assignee": AgentView.model_construct(id="tg:501", name=words, telegram_id=501),
        "last_message_at": NOON,
        "unread": 0,
        "next_due_at": NOON + timedelta(minutes=12),
        "incident": LinkedIncident.model_construct(id=3, title=words),
        "wants_news": True,
        "description": words,
        "context": {words: words},
        "messages": [said(words), said(words, incident=True), said(words, news=True)],
        "merged_from": [12],
    }
    return kind.model_construct(
        **{name: whole[name] for name in kind.model_fields if name in whole}
    )


def said(words: str, *, incident: bool = False, news: bool = False) -> object:
    author = AuthorView.model_construct(kind=AuthorKind.USER, name=words)
    about = LinkedIncident.model_construct(id=3, title=words) if incident or news else None
    status = IncidentStatus.IDENTIFIED if news else None
    parts = {"author": author, "body": words, "incident": about, "incident_status": status}
    return message().model_copy(update=parts)


def an_incident(words: str) -> object:
    told = UpdateView.model_construct(
        id=1, status=IncidentStatus.IDENTIFIED, message=words, created_at=NOON, display_at=None
    )
    parts = {"title": words, "components": ["payments"], "updates": [told], "affected": 3}
    return INCIDENT.model_copy(update=parts)


def a_status(words: str) -> StatusView:
    part = ComponentView.model_construct(
        id="gone", name=words, status=ComponentStatus.MAJOR_OUTAGE, since=None
    )
    return StatusView.model_construct(
        status=OverallStatus.OUTAGE, incidents=[an_incident(words)], components=[part]
    )


def planned(words: str) -> MaintenanceView:
    return MaintenanceView.model_construct(
        id=5,
        title=words,
        status=MaintenanceStatus.SCHEDULED,
        components=["payments"],
        starts_at=NOON,
        ends_at=NOON,
    )


def suspected(words: str) -> SuspicionView:
    example = SuspicionExample.model_construct(ticket_id=42, subject=words)
    return SuspicionView.model_construct(
        category=Category.PAYMENT, count=14, usual=1.8, window_minutes=10, examples=[example] * 3
    )


def acts(words: str) -> list[AuditEntry]:
    details = {"title": words, "status": "identified", words: words}
    return [
        AuditEntry.model_construct(
            action=IncidentAction.UPDATED, actor="tg:501", origin=words, at=NOON, details=details
        )
    ]


def late(words: str) -> UrgentCycles:
    cycle = UrgentCycle.model_construct(
        ticket_id=42,
        subject=words,
        priority=Priority.P1,
        metric=Metric.RESOLUTION,
        state=CycleState.BREACHING,
        due_at=NOON,
    )
    return UrgentCycles.model_construct(cycles=[cycle])


def busy(words: str) -> TicketStats:
    return TicketStats.model_construct(
        open=1,
        open_by_priority={},
        opened=1,
        resolved=1,
        first_response=FirstResponseStats(average_seconds=1, median_seconds=None, p90_seconds=None),
        by_agent=[AgentStats.model_construct(agent=words, answers=1, resolved=1)],
    )


def quick(words: str) -> SuspicionAnswered:
    told = {"answered_by": "tg:501", "answered_at": NOON.isoformat(), "title": words, "id": "3"}
    return SuspicionAnswered("x", {**told, "answer": SuspicionAnswer.DECLARED})


def warned(words: str) -> SlaWarned:
    event = cycle(SlaWarned, 2, threshold=0.8).model_copy(update={"ticket": facts(words)})
    assert isinstance(event, SlaWarned)
    return event


def with_a_file(words: str) -> MessageView:
    named = AttachmentView(
        id=1, name=clean_file_name(words, "image/png"), media_type="image/png", size=1, key="0" * 64
    )
    return message(words).model_copy(update={"attachments": [named]})


def earlier(words: str) -> EarlierText:
    author = AuthorView(kind=AuthorKind.USER, name=words)
    return EarlierText(message_id=1, author=author, body=words, written_at=NOON, replaced_at=NOON)


def lines(words: str) -> list[str]:
    return [str(cards.summary(RU, "bot.digest.opened", facts(words)))] * 40


SHOWN: dict[str, Callable[[str], Html]] = {
    "cards.heading": lambda words: cards.heading(RU, facts(words)),
    "cards.notice": lambda words: cards.notice(RU, Html("<b>!</b>"), facts(words), message(words)),
    "cards.summary": lambda words: cards.summary(RU, "bot.digest.opened", facts(words)),
    "cards.card": lambda words: cards.card(RU, facts(words, TicketView), None, NOON),  # type: ignore[arg-type]
    "cards.thread": lambda words: cards.thread(RU, facts(words, TicketView), None, NOON),  # type: ignore[arg-type]
    "cards.earlier": lambda words: cards.earlier(
        RU, EarlierTexts(ticket_id=3, texts=[earlier(words)]), NOON
    ),
    "cards.line": lambda words: cards.line(RU, facts(words, TicketSummary), NOON),  # type: ignore[arg-type]
    "clock_news.notice": lambda words: clock_news.notice(
        RU, "bot.notice.warned", warned(words), NOON
    ),
    "clock_news.line": lambda words: clock_news.line(RU, "bot.digest.warned", warned(words), NOON),
    "digest.digest": lambda words: digest.digest(RU, lines(words)),
    "figures.status": lambda words: figures.status(RU, a_status(words), NOON),
    "figures.urgent": lambda words: figures.urgent(RU, late(words), NOON),
    "figures.stats": lambda words: figures.stats(
        RU,
        busy(words),
        sla=None,
        incidents=IncidentStats(declared=1, resolved=1, average_seconds_to_resolve=None),
        days=30,
    ),
    "incident_cards.card": lambda words: incident_cards.card(
        RU,
        "bot.incident.declared",
        an_incident(words),
        NOON,  # type: ignore[arg-type]
    ),
    "incident_cards.known": lambda words: incident_cards.known(RU, an_incident(words)),  # type: ignore[arg-type]
    "incident_cards.trail": lambda words: incident_cards.trail(
        RU, 3, acts(words), names={"tg:501": words}, now=NOON
    ),
    "maintenance_cards.card": lambda words: maintenance_cards.card(RU, planned(words), NOON),
    "suspicion_cards.card": lambda words: suspicion_cards.card(RU, suspected(words)),
    "suspicion_cards.answered": lambda words: suspicion_cards.answered(
        RU, quick(words), {"tg:501": words}, NOON
    ),
}
WITHOUT_PEOPLE = {
    "reasons.reasons",
    "refusals.refusal",
    "refusals.usage",
    "suspicion_cards.dismissed",
    "undelivered.reason",
}
"""What shows numbers, moments, the desk's own names and Telegram's own reasons alone."""
PLAINLY = {name: show(PLAIN) for name, show in SHOWN.items()}
LETTERS = {"cards.earlier", "cards.thread", "figures.status", "incident_cards.trail"}
"""What is always sent as a letter, which is split; the others may be the new face of a message."""


def test_every_text_that_is_made_of_values_is_shown_here() -> None:
    found = {
        f"{module.rpartition('.')[2]}.{name}"
        for module in _modules()
        for name, made in vars(importlib.import_module(module)).items()
        if isinstance(made, FunctionType)
        and made.__module__ == module
        and not name.startswith("_")
        and next(iter(inspect.signature(made).parameters), "") == "words"
        and get_type_hints(made).get("return") is Html
    }

    assert found == SHOWN.keys() | WITHOUT_PEOPLE


def _modules() -> list[str]:
    walked = pkgutil.walk_packages(services.bot.__path__, "services.bot.")
    names = [module.name for module in walked]
    return [name for name in names if "__main__" not in name and ".migrations" not in name]


@every_family
def test_no_text_of_the_bot_has_markup_of_people_or_is_too_long(family: str) -> None:
    wrong = {
        (name, place): found
        for name, show in SHOWN.items()
        for place, words in enumerate(FAMILIES[family])
        if (found := wrong_with(show(words), name))
    }

    assert wrong == {}


def wrong_with(shown: Html, name: str) -> list[str]:
    found = faults(shown, PLAINLY[name], 10**9 if name in LETTERS else MESSAGE_LENGTH)
    return found if visible_units(shown) else [*found, "nothing is shown"]


@every_family
def test_a_thread_shows_every_message_whole_over_as_many_messages_as_it_takes(family: str) -> None:
    for words in FAMILIES[family][:SOME]:
        text = SHOWN["cards.thread"](words)

        parts = split(text, PART)

        assert all(faults(part, PLAINLY["cards.thread"], PART) == [] for part in parts)
        told = "".join(whole(parts))
        assert told == "".join(eyes(parse(text).text))
        assert "".join(eyes(written(words))) in told


@every_family
@pytest.mark.parametrize("limit", [CAPTION, PART])
def test_what_is_split_loses_nothing_and_no_character_is_cut_in_two(
    family: str, limit: int
) -> None:
    for words in FAMILIES[family]:
        text = Html(f"<b>Ответ</b>\n\n{escape(words)}\n\n<i>{escape(words)}</i>")

        parts = split(text, limit)

        shown, wanted = [parse(part).text for part in parts], eyes(parse(text).text)
        assert all(units(one) <= limit and not is_blank(one) for one in shown)
        seen = [character for one in shown for character in eyes(one)]
        assert "".join(seen) == "".join(wanted)
        assert seen == wanted or max(map(units, wanted)) > LONGEST_CHARACTER


@every_family
@pytest.mark.parametrize("limit", [40, 80, 120, 200, 900])
def test_what_is_cut_short_ends_with_a_whole_character(family: str, limit: int) -> None:
    for words in map(written, FAMILIES[family]):
        line, (begin, is_cut) = one_line(words, limit), excerpt(words, limit)

        assert len(line) <= limit
        assert units(begin) <= limit
        assert is_cut == (units(words) > limit)
        for short, long in ((line, one_line(words, 10**9)), (begin, words)):
            kept, wanted = eyes(short.removesuffix("…")), eyes(long)
            is_whole = kept == wanted[: len(kept)]
            assert is_whole or units(wanted[len(kept) - 1]) > LONGEST_CHARACTER


@every_family
def test_a_picture_has_its_words_whole_under_it_or_after_it(family: str) -> None:
    for words in FAMILIES[family]:
        text = Html(f"<b>Показатели</b>\n{escape(words)}")

        caption, *rest = (part.text for part in _parts(Letter(501, text, photo=b"png")))

        assert visible_units(caption) <= CAPTION
        assert "".join(whole([caption, *rest])) == "".join(eyes(parse(text).text))


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS)
@pytest.mark.parametrize("before", range(18))
def test_a_character_across_the_border_goes_to_the_next_message(cluster: str, before: int) -> None:
    text = Html("я" * (MESSAGE_LENGTH - before) + cluster + "х" * 20)

    first, second = split(text)

    assert eyes(first) + eyes(second) == eyes(text)
    assert units(first) <= MESSAGE_LENGTH


def test_the_corpus_has_two_hundred_different_texts() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 200


def whole(parts: list[Html]) -> list[str]:
    """The characters of all parts, one after the other."""
    return [character for part in parts for character in eyes(parse(part).text)]
