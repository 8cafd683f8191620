"""The desk's figures as an agent reads them: true, and short enough for a phone."""

import pytest

from botapi.html import parse
from contracts.incidents import ComponentView, IncidentStats, IncidentView, StatusView
from contracts.sla import (
    AgentCompliance,
    Compliance,
    SlaStats,
)
from contracts.tickets import (
    AgentStats,
    FirstResponseStats,
    TicketStats,
)
from contracts.vocabulary import (
    Category,
    ComponentStatus,
    OverallStatus,
    Priority,
)
from services.bot.markup import CAPTION_LENGTH, visible_units
from services.bot.sending.outbox import ROOM_FOR_MARK
from services.bot.showing import figures
from services.bot.speech import Speech
from tests.support.bot_rows import LANGUAGES as SPEECHES
from tests.support.bot_rows import NOON
from tests.support.public_facts import outage

RU, EN = SPEECHES.of("ru"), SPEECHES.of("en")


def ticket_stats(*agents: AgentStats) -> TicketStats:
    return TicketStats(
        open=3,
        open_by_priority={Priority.P1: 3},
        by_status={},
        by_category={},
        opened=5,
        resolved=2,
        first_response=FirstResponseStats(average_seconds=90, median_seconds=60, p90_seconds=None),
        by_agent=list(agents),
    )


def test_figures_say_which_neighbour_is_silent() -> None:
    tickets = ticket_stats()
    sla = SlaStats.of(9, 1)
    incidents = IncidentStats(declared=1, resolved=1, average_seconds_to_resolve=2700)

    whole = figures.stats(RU, tickets, sla=sla, incidents=incidents, days=30)
    alone = figures.stats(RU, tickets, sla=None, incidents=None, days=30)

    assert "Открыто сейчас: 3 (P0 0 · P1 3 · P2 0 · P3 0)" in whole
    assert "90\u00a0% вовремя (9 из 10)" in whole
    assert "в среднем 45 мин" in whole
    assert alone.count("сейчас не отвечает") == 2


def test_figures_tell_what_was_in_time_by_priority_category_and_agent() -> None:
    tickets = ticket_stats(
        AgentStats(agent="<Анна>", answers=12, resolved=5),
        AgentStats(agent="Борис", answers=1, resolved=0),
    )
    sla = SlaStats.of(
        95,
        5,
        by_priority={Priority.P0: Compliance.of(3, 0), Priority.P1: Compliance.of(2, 1)},
        by_category={
            Category.LOGIN: Compliance.of(9, 1),
            Category.PAYMENT: Compliance.of(1, 1),
            Category.LESSON: Compliance.of(30, 0),
            Category.ZOOM: Compliance.of(0, 0),
            Category.HOMEWORK: Compliance.of(0, 1),
            Category.OTHER: Compliance.of(40, 1),
        },
        by_agent=[
            AgentCompliance.of(11, 1, agent="<Анна>"),
            AgentCompliance.of(0, 2, agent="Вера"),
        ],
    )

    russian = parse(figures.stats(RU, tickets, sla=sla, incidents=None, days=30)).text
    english = parse(figures.stats(EN, tickets, sla=sla, incidents=None, days=30)).text

    plain = russian.replace("\u00a0", " ")
    assert (
        "SLA: 95 % вовремя (95 из 100)\nПо приоритетам: P0 100 % · P1 67 % · P2 — · P3 —" in plain
    )
    assert (
        "Хуже всего по категориям: Домашние задания 0 % (0 из 1) · Оплата/Подписка 50 % (1 из 2)"
        " · Вход/Регистрация 90 % (9 из 10)\n"
    ) in plain
    assert "• <Анна>: ответов 12, решено 5, вовремя 92 %\n" in plain
    assert (
        "• Борис: ответов 1, решено 0, вовремя —\n• Вера: ответов 0, решено 0, вовремя 0 %" in plain
    )
    assert "By priority: P0 100% · P1 67% · P2 — · P3 —" in english
    assert "• <Анна>: 12 answered, 5 resolved, 92% in time" in english


def test_whoever_did_nothing_is_not_praised_for_what_others_answered_in_time() -> None:
    answered = ticket_stats(AgentStats(agent="Анна", agent_id="tg:7", answers=1, resolved=0))
    sla = SlaStats.of(1, 0, by_agent=[AgentCompliance.of(1, 0, agent="Пётр", agent_id="tg:8")])

    shown = parse(figures.stats(RU, answered, sla=sla, incidents=None, days=30)).text
    english = parse(figures.stats(EN, answered, sla=sla, incidents=None, days=30)).text

    assert shown.endswith("Сотрудники\n• Анна: ответов 1, решено 0, вовремя —")
    assert english.endswith("• Анна: 1 answered, 0 resolved, in time —")


def test_two_agents_of_one_name_each_have_their_own_share() -> None:
    """Also the one of whom nothing is decided, and the one who has only been late."""
    tickets = ticket_stats(
        AgentStats(agent="Анна", agent_id="tg:7", answers=12, resolved=5),
        AgentStats(agent="Анна", agent_id="tg:8", answers=3, resolved=1),
        AgentStats(agent="Борис", agent_id="tg:9", answers=2, resolved=0),
    )
    sla = SlaStats.of(
        3,
        4,
        by_agent=[
            AgentCompliance.of(1, 2, agent="Анна", agent_id="tg:7"),
            AgentCompliance.of(2, 0, agent="Борис раньше", agent_id="tg:9"),
            AgentCompliance.of(0, 2, agent="Борис", agent_id="<b>"),
        ],
    )

    shown = parse(figures.stats(RU, tickets, sla=sla, incidents=None, days=30)).text

    assert shown.replace("\u00a0", " ").endswith(
        "• Анна (tg:7): ответов 12, решено 5, вовремя 33 %\n"
        "• Анна (tg:8): ответов 3, решено 1, вовремя —\n"
        "• Борис (tg:9): ответов 2, решено 0, вовремя 100 %\n"
        "• Борис (<b>): ответов 0, решено 0, вовремя 0 %"
    )


def test_figures_of_a_usual_desk_fit_under_a_picture() -> None:
    tickets = ticket_stats(
        *(AgentStats(agent=f"Константин {n}", answers=100, resolved=100) for n in range(6))
    )
    sla = SlaStats.of(
        950,
        50,
        reprioritised=10,
        recounted=20,
        closed_unanswered=30,
        by_incident=100,
        by_priority={priority: Compliance.of(200, 20) for priority in Priority},
        by_category={category: Compliance.of(100, 10) for category in Category},
        by_agent=[AgentCompliance.of(9, 1, agent=f"Константин {n}") for n in range(6)],
    )
    incidents = IncidentStats(declared=10, resolved=10, average_seconds_to_resolve=90000)

    for words in (RU, EN):
        text = figures.stats(words, tickets, sla=sla, incidents=incidents, days=30)
        assert visible_units(text) <= CAPTION_LENGTH - ROOM_FOR_MARK


@pytest.mark.parametrize(
    ("met", "late", "share"),
    [
        (2, 5, 29),
        (1, 2, 33),
        (1, 1, 50),
        (1, 199, 1),
        (997, 3, 99),
        (1, 999, 1),
        (999, 1, 99),
        (0, 3, 0),
        (3, 0, 100),
    ],
)
def test_shares_are_rounded_to_the_nearest_but_never_to_all_or_nothing(
    met: int, late: int, share: int
) -> None:
    assert EN.share(Compliance.of(met, late)) == f"{share}%"


@pytest.mark.parametrize(
    ("seconds", "russian", "english"),
    [
        (
            (90, 30, 600),
            "Первый ответ: в среднем 2 мин, медиана меньше минуты, 90 % не дольше 10 мин\n",
            "First response: 2 min on average, median under a minute, 90% within 10 min\n",
        ),
        (
            (89, 116, 601),
            "Первый ответ: в среднем 1 мин, медиана 2 мин, 90 % не дольше 11 мин\n",
            "First response: 1 min on average, median 2 min, 90% within 11 min\n",
        ),
        (
            (180_000, 173_400, 180_060),
            "в среднем 2 дн 2 ч, медиана 2 дн, 90 % не дольше 2 дн 3 ч\n",
            "2 d 2 h on average, median 2 d, 90% within 2 d 3 h\n",
        ),
        (
            (30, 30, 59),
            "Первый ответ: в среднем меньше минуты, медиана меньше минуты, 90 % быстрее минуты\n",
            "90% within a minute\n",
        ),
        ((60, 60, None), "Первый ответ: в среднем 1 мин, медиана 1 мин\n", "median 1 min\n"),
        ((None, None, None), "\nПервых ответов не было\n", "\nThere were no first responses\n"),
    ],
)
def test_how_long_people_waited_reads_well_whatever_is_known(
    seconds: tuple[float | None, ...], russian: str, english: str
) -> None:
    average, median, p90 = seconds
    waited = FirstResponseStats(average_seconds=average, median_seconds=median, p90_seconds=p90)
    tickets = ticket_stats().model_copy(update={"first_response": waited})

    def shown(words: Speech) -> str:
        text = figures.stats(words, tickets, sla=None, incidents=None, days=30)
        return text.replace("\u00a0", " ")

    assert russian in shown(RU)
    assert english in shown(EN)


def test_without_an_incident_that_ended_nothing_is_said_of_how_long_it_took() -> None:
    none = IncidentStats(declared=1, resolved=0, average_seconds_to_resolve=None)

    shown = figures.stats(RU, ticket_stats(), sla=None, incidents=none, days=30)

    assert shown.endswith("Инциденты: объявлено 1, завершено 0")


def test_all_in_time_is_said_of_no_category_and_almost_all_is_not_all() -> None:
    sla = SlaStats.of(
        999,
        1,
        by_priority={Priority.P1: Compliance.of(999, 1)},
        by_category={Category.LOGIN: Compliance.of(999, 0)},
    )

    shown = figures.stats(RU, ticket_stats(), sla=sla, incidents=None, days=30)

    assert "Хуже всего по категориям" not in shown
    assert "SLA: 99\u00a0% вовремя (999 из 1000)" in shown
    assert "P1 99\u00a0%" in shown


def test_what_is_counted_apart_is_told_when_there_is_any() -> None:
    def shown(sla: SlaStats) -> str:
        return figures.stats(RU, ticket_stats(), sla=sla, incidents=None, days=30)

    all_kinds = shown(
        SlaStats.of(9, 1, reprioritised=1, recounted=2, closed_unanswered=4, by_incident=3)
    )
    one_kind = shown(SlaStats.of(0, 0, recounted=2))

    assert (
        "(9 из 10)\nОтдельно: просрочено повышением приоритета 1 · просрочено новыми правилами 2"
        " · просрочено и закрыто без ответа 4 · узнали от нас об инциденте 3\n"
    ) in all_kinds
    assert "судить пока не о чем\nОтдельно: просрочено новыми правилами 2\n" in one_kind
    assert "Отдельно" not in shown(SlaStats.of(9, 1))


def test_the_status_names_components_in_the_readers_language() -> None:
    broken = ComponentStatus.PARTIAL_OUTAGE
    known = ComponentView(id="payments", name="Оплата", status=broken)
    gone = ComponentView(id="fax", name="Факс", status=broken)
    view = StatusView(
        status=OverallStatus.DEGRADED,
        incident=None,
        incidents=[],
        recent=[],
        components=[known, gone],
        updated_at=NOON,
        version=1,
    )

    assert "• Payments: partial outage" in figures.status(EN, view, NOON)
    assert "• Оплата: частично недоступно" in figures.status(RU, view, NOON)
    assert "• Факс: partial outage" in figures.status(EN, view, NOON)


def test_the_status_does_not_say_the_words_of_a_declaration_twice() -> None:
    told = outage(NOON)
    just_declared = told.model_copy(update={"updates": told.updates[:1]})
    again = told.updates[-1].model_copy(update={"message": told.title})
    said_again = told.model_copy(update={"updates": [*told.updates[:1], again]})

    assert figures.status(RU, status_of(just_declared), NOON).count("Не проходят платежи") == 1
    assert "Нашли причину" in figures.status(RU, status_of(told), NOON)
    assert figures.status(RU, status_of(said_again), NOON).count("Не проходят платежи") == 2


def status_of(*incidents: IncidentView) -> StatusView:
    return StatusView(
        status=OverallStatus.OUTAGE, incidents=list(incidents), updated_at=NOON, version=1
    )
