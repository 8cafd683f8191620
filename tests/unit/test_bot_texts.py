"""The bot's words: complete in both languages, right in their plurals, readable on a phone."""

import re
import string
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from botapi.html import parse
from chassis.catalogue import LANGUAGES, LOCALES
from contracts.errors import (
    ContractError,
    IdempotencyKeyReused,
    TicketClosed,
    TicketNotFound,
    Unavailable,
    errors_by_code,
)
from contracts.sla import (
    UrgentCycle,
    UrgentCycles,
)
from contracts.vocabulary import (
    AuthorKind,
    ComponentStatus,
    CycleStart,
    CycleState,
    Delivery,
    FoundIn,
    Impact,
    IncidentAction,
    IncidentImpact,
    IncidentStatus,
    MaintenanceStatus,
    Metric,
    OverallStatus,
    Priority,
    SatisfiedBy,
    Source,
    TicketStatus,
)
from services.bot import buttons, refusals
from services.bot.arguments import WrongCall
from services.bot.markup import MESSAGE_LENGTH, visible_units
from services.bot.menus import FOR_AGENTS, FOR_USERS
from services.bot.receiving.parsing import ATTACHMENTS
from services.bot.sending import digest, undelivered
from services.bot.sending.outbox import ROOM_FOR_MARK
from services.bot.showing import figures, reasons
from services.bot.speech import Speech
from tests.support.bot_rows import LANGUAGES as SPEECHES
from tests.support.bot_rows import NOON

RU, EN = SPEECHES.of("ru"), SPEECHES.of("en")
BOT = Path(__file__).parents[2] / "services" / "bot"
FAMILIES = {
    "bot.attachment.": [*(kind.value for kind in ATTACHMENTS), "other"],
    "bot.author.": [*AuthorKind, "note"],
    "bot.button.": list(buttons.STAGES),
    "bot.component.": list(ComponentStatus),
    "bot.delivery.": [Delivery.PENDING, Delivery.FAILED],
    "bot.find.in.": list(FoundIn),
    "bot.file.lost.": ["too_large", "kind", "empty", "gone", "too_many", "away"],
    "bot.impact.": list(Impact),
    "bot.act.": list(IncidentAction),
    "bot.error.": ["display_at", "starts_at", "ends_at"],
    "bot.severity.": list(IncidentImpact),
    "bot.incident.": list(IncidentStatus),
    "bot.incident.which.": ["update", "resolve", "link"],
    "bot.link.told.": list(Source),
    "bot.list.": ["my.title", "my.none", "open.title", "open.none"],
    "bot.maintenance.": list(MaintenanceStatus),
    "bot.maintenance.when.": list(MaintenanceStatus),
    "bot.menu.": [*FOR_USERS, *FOR_AGENTS],
    "bot.metric.": list(Metric),
    "bot.overall.": list(OverallStatus),
    "bot.sla.": [
        *(f"{metric}.unanswered" for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)),
        *(f"{metric}.{end}" for metric in Metric for end in ("due", "achieved", "breached")),
        *(f"{by}.{end}" for by in SatisfiedBy for end in ("achieved", "breached")),
    ],
    "bot.request.merged.": list(Source),
    "bot.size.": ["bytes", "kilobytes", "megabytes"],
    "bot.source.": list(Source),
    "bot.status.": list(TicketStatus),
    "bot.notice.cause.": ["reprioritised", "recounted"],
    "bot.notice.climbed.": ["agents", "lead"],
    "bot.time.overdue.": ["ticket", *Metric],
    "bot.why.after_breach.": ["reprioritised", "recounted"],
    "bot.why.changed.": ["reprioritised", "recounted"],
    "bot.why.done.": ["answer", "resolution", *SatisfiedBy],
    "bot.why.holidays.": ["imported", "lacking"],
    "bot.why.missed.": ["late", "reprioritised", "recounted"],
    "bot.why.start.": [*CycleStart, "elsewhere", "unknown"],
    "bot.why.state.": ["pending", "imminent_breach", "cancelled", "cancelled_late", "paused"],
    "bot.why.": [f"{metric}.{verdict}" for metric in Metric for verdict in reasons.VERDICTS],
    "bot.undelivered.": list(undelivered.CODES),
    "bot.usage.": [
        "tickets",
        "my",
        "sla",
        "stats",
        "status",
        "view",
        "find",
        "take",
        "assign",
        "priority",
        "reply",
        "canned",
        "note",
        "close",
        "merge",
        "link",
        "incident",
        "update",
        "resolve",
        "postmortem",
        "maintenance",
        "duty",
        "quiet",
    ],
}
PREFIXES_ONLY = {"bot.list.my", "bot.list.open"}


def catalogue(language: str) -> dict[str, str | tuple[str, ...]]:
    with (LOCALES / language / "LC_MESSAGES" / "bot.po").open("rb") as file:
        entries = read_po(file, locale=language)
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: entry.string
        for entry in entries
        if entry.id
    }


def used_in_code() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in BOT.rglob("*.py"))
    named = r"""(?<!f)["'](bot\.[a-z_]+(?:\.[a-z_]+)+|bot\.[a-z]+_[a-z]+)["']"""
    plain = set(re.findall(named, source))
    families = {prefix + str(end) for prefix, ends in FAMILIES.items() for end in ends}
    return (plain - PREFIXES_ONLY) | families


def placeholders(words: str | tuple[str, ...]) -> set[str]:
    forms = [words] if isinstance(words, str) else list(words)
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_what_the_code_says_and_nothing_else(language: str) -> None:
    assert set(catalogue(language)) == used_in_code()


def test_both_languages_fill_in_the_same_values() -> None:
    russian, english = catalogue("ru"), catalogue("en")

    assert {name: placeholders(words) for name, words in russian.items()} == {
        name: placeholders(words) for name, words in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_markup_that_telegram_reads(language: str) -> None:
    for words in catalogue(language).values():
        for form in [words] if isinstance(words, str) else words:
            parse(form)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 уведомление"), (3, "3 уведомления"), (5, "5 уведомлений"), (21, "21 уведомление")],
)
def test_russian_counts_as_russian_does(number: int, words: str) -> None:
    assert words in RU.plural("bot.digest.title", number)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (12, "через 12 мин"),
        (0, "меньше чем через минуту"),
        (-0.5, "просрочен меньше чем на минуту"),
        (-5, "просрочен на 5 мин"),
        (90, "через 1 ч 30 мин"),
        (120, "через 2 ч"),
        (60 * 50, "через 2 дн 2 ч"),
        (60 * 24 * 7, "через 7 дн"),
    ],
)
def test_a_deadline_is_told_by_how_far_it_is(minutes: float, words: str) -> None:
    assert RU.deadline(NOON + timedelta(minutes=minutes), NOON) == words


def test_what_is_overdue_agrees_with_its_duty() -> None:
    a_while_ago = NOON - timedelta(minutes=5)

    told = {metric: RU.deadline(a_while_ago, NOON, metric) for metric in Metric}

    assert told == {
        Metric.FIRST_RESPONSE: "просрочен на 5 мин",
        Metric.NEXT_RESPONSE: "просрочен на 5 мин",
        Metric.RESOLUTION: "просрочено на 5 мин",
    }
    assert EN.deadline(a_while_ago, NOON, Metric.RESOLUTION) == "overdue by 5 min"


@pytest.mark.parametrize("words", [RU, EN], ids=["ru", "en"])
def test_the_help_names_every_command_of_the_menus(words: Speech) -> None:
    for name in set(FOR_AGENTS) - {"help", "start"}:
        assert f"/{name}" in words("bot.help.agent")
    for name in FOR_USERS:
        assert f"/{name}" in words("bot.help.user")
    assert "/update @14:05" in words("bot.help.agent")
    assert "/start status" in words("bot.help.user")


def test_times_are_the_desks_and_another_day_has_its_date() -> None:
    assert RU.moment(NOON, NOON) == "12:00"
    assert RU.moment(NOON - timedelta(hours=13), NOON) == "01.03 23:00"


def test_times_of_another_year_say_the_year() -> None:
    assert RU.moment(NOON + timedelta(days=365), NOON) == "02.03.2027 12:00"
    assert RU.moment(NOON - timedelta(days=62), NOON) == "30.12.2025 12:00"


def test_of_two_who_press_at_once_the_second_is_told_that_it_was_answered() -> None:
    again = IdempotencyKeyReused("the same press by another agent")

    told = [refusals.refusal(words, again) for words in (RU, EN)]

    assert told == ["На это уже ответили.", "This was answered already."]


def test_a_refusal_about_a_merged_ticket_says_where_it_goes_on() -> None:
    merged = TicketClosed("closed", {"ticket_id": "42", "merged_into": "40"})

    assert "/view_40" in refusals.refusal(RU, merged)
    assert refusals.refusal(RU, TicketClosed("closed")) == RU("bot.error.ticket_closed")


@pytest.mark.parametrize("words", [RU, EN])
@pytest.mark.parametrize(
    "error",
    [
        TicketNotFound("none"),
        TicketClosed("closed"),
        TicketClosed("closed", {"ticket_id": "42", "merged_into": "40"}),
    ],
)
def test_a_refusal_tells_whoever_asked_of_requests_and_of_no_command(
    words: Speech, error: ContractError
) -> None:
    told = refusals.refusal(words, error, is_agent=False)

    assert not re.search(r"/\w|тикет|ticket", told)
    assert re.search(r"обращени|request", told)


def test_a_digest_counts_what_it_does_not_show() -> None:
    shown = digest.digest(RU, [f"строка {number}" for number in range(33)])

    assert "Накопилось 33 уведомления" in shown
    assert "строка 29" in shown
    assert "и ещё 3 уведомления" in shown


def test_a_digest_names_the_tickets_of_what_it_does_not_show() -> None:
    lines = [f"🆕 P3 /view_{number} Вопрос" for number in range(1, 2000)]

    few, very_many = digest.digest(RU, lines[:42]), digest.digest(RU, lines)

    assert few.endswith("и ещё 12 уведомлений: " + " ".join(f"/view_{n}" for n in range(31, 43)))
    assert ": /view_31 /view_32 /view_33" in very_many
    assert very_many.endswith(" /tickets")
    assert visible_units(very_many) <= MESSAGE_LENGTH - ROOM_FOR_MARK


def test_a_digest_goes_by_no_numbers_that_people_wrote() -> None:
    lines = [f"🆕 P3 /view_{number} См. /view_9" for number in range(101, 133)]

    shown = digest.digest(RU, [*lines, "🐢 задержалось с 12:00"])

    assert shown.endswith(": /view_131 /view_132 /tickets")


def test_a_digest_says_the_same_line_once() -> None:
    shown = digest.digest(RU, ["скоро срок", "новый тикет", "скоро срок"])

    assert "Накопилось 2 уведомления" in shown
    assert shown.count("скоро срок") == 1


def test_a_digest_of_long_lines_fits_into_one_message_with_the_mark_of_a_repeat() -> None:
    shown = digest.digest(RU, [f"<b>{number:02}</b> &lt;{'я' * 150}" for number in range(30)])

    assert visible_units(shown) <= MESSAGE_LENGTH - ROOM_FOR_MARK
    assert "<b>23</b> &lt;" in shown
    assert "и ещё 6 уведомлений" in shown


def test_the_late_come_before_the_soon_late() -> None:
    def cycle(ticket_id: int, state: CycleState, minutes: int) -> UrgentCycle:
        return UrgentCycle(
            ticket_id=ticket_id,
            subject="<x>",
            priority=Priority.P1,
            metric=Metric.RESOLUTION,
            state=state,
            due_at=NOON + timedelta(minutes=minutes),
        )

    cycles = [cycle(1, CycleState.IMMINENT_BREACH, 9), cycle(2, CycleState.BREACHING, -9)]

    shown = figures.urgent(RU, UrgentCycles(cycles=cycles, late=1, soon=1), NOON)
    some = figures.urgent(RU, UrgentCycles(cycles=cycles, late=21, soon=1), NOON)

    assert shown.index("/view_2") < shown.index("/view_1")
    assert "решение просрочено на 9 мин" in shown
    assert "решение через 9 мин" in shown
    assert some == f"{shown}\n\nПоказаны 2 самых срочных. Всего просрочено: 21 · скоро срок: 1"


@pytest.mark.parametrize("error", errors_by_code().values(), ids=lambda error: error.code)
def test_every_contract_error_has_words(error: type[ContractError]) -> None:
    assert refusals.refusal(RU, error("x"))
    assert refusals.refusal(EN, error("x"))


def test_a_newer_leaf_speaks_as_its_kind() -> None:
    class TicketFrozen(TicketClosed):
        code = "ticket_frozen"

    assert refusals.refusal(RU, TicketFrozen("x")) == RU("bot.error.ticket_closed")
    assert "не отвечает" in refusals.refusal(RU, Unavailable("x"))


def test_a_wrong_call_is_told_why_and_how() -> None:
    told = refusals.usage(RU, WrongCall("incident", "bot.wrong.too_long", limit=200, length=201))

    assert "до 200 символов" in told
    assert "Например: /incident" in told
