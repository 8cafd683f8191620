"""How a suspicion, and what became of it, is told to agents."""

import pytest

from contracts.errors import SuspicionAnswered
from contracts.event import rfc3339
from contracts.incidents import SuspicionExample, SuspicionView
from contracts.vocabulary import Category
from services.bot import buttons
from services.bot.markup import visible
from services.bot.showing import suspicion_cards
from tests.support.bot_rows import LANGUAGES, NOON

RU, EN = LANGUAGES.of("ru"), LANGUAGES.of("en")
BORIS = "tg:502"


def suspected(count: int = 14, usual: float | None = 1.8) -> SuspicionView:
    return SuspicionView(
        id=4,
        category=Category.PAYMENT,
        suspected_at=NOON,
        count=count,
        usual=usual,
        window_minutes=10,
        examples=[SuspicionExample(ticket_id=42, subject="Не проходит <оплата>\nсовсем")],
        quiet_until=NOON,
    )


def test_it_tells_how_many_wrote_how_many_usually_do_and_of_what() -> None:
    assert visible(suspicion_cards.card(RU, suspected())) == (
        "⚠️ Похоже на сбой: Оплата/Подписка\n"
        "За 10 мин написали 14 человек (обычно 2)\n"
        "/view_42 Не проходит <оплата> совсем"
    )
    assert "14 people wrote within 10 min (usually 2)" in suspicion_cards.card(EN, suspected())


@pytest.mark.parametrize(
    ("count", "words"),
    [(21, "написал 21 человек"), (23, "написали 23 человека"), (25, "написали 25 человек")],
)
def test_the_count_has_its_plural(count: int, words: str) -> None:
    assert words in suspicion_cards.card(RU, suspected(count))


@pytest.mark.parametrize(
    ("usual", "words"),
    [
        (None, "сколько обычно, пока неизвестно"),
        (0.0, "обычно почти никто"),
        (0.4, "обычно почти никто"),
        (0.6, "обычно 1"),
    ],
)
def test_what_is_usual_is_told_as_far_as_it_is_known(usual: float | None, words: str) -> None:
    assert words in suspicion_cards.card(RU, suspected(usual=usual))


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("is_asked_again", [False, True])
def test_a_button_names_suspicion_category_and_whether_it_was_asked(
    category: Category, is_asked_again: bool
) -> None:
    ((declare, dismiss),) = buttons.suspicion(RU, 7, category, is_asked_again=is_asked_again)

    place = list(Category).index(category)
    assert declare.data == f"{buttons.DECLARE_SUSPECTED}:7:{place}:{int(is_asked_again)}"
    assert dismiss.data == f"{buttons.DISMISS_SUSPICION}:7"


@pytest.mark.parametrize(("names", "name"), [({BORIS: "Борис"}, "Борис"), ({}, BORIS)])
def test_whoever_comes_late_is_told_who_said_what(names: dict[str, str], name: str) -> None:
    said = {"answered_by": BORIS, "answered_at": rfc3339(NOON)}
    dismissed = SuspicionAnswered("", {"answer": "dismissed", **said})
    declared = SuspicionAnswered(
        "", {"answer": "declared", "id": "3", "title": "Платежи <стоят>", **said}
    )

    told = suspicion_cards.answered(RU, dismissed, names, NOON)
    told_of_incident = suspicion_cards.answered(RU, declared, names, NOON)

    assert told == f"Это не инцидент: так ответил(а) {name} в 12:00."
    assert visible(told_of_incident) == (
        f"🚨 Уже объявлен инцидент #3: Платежи <стоят>\nОбъявил(а) {name} в 12:00."
    )
