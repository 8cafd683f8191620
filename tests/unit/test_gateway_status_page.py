"""What the status page shows beside the open incidents: uptime, planned work, promises, reasons."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chassis.catalogue import Catalogue
from chassis.clock import SystemClock
from contracts.incidents import StatusView
from services.gateway.status_board import Knowledge
from services.gateway.uptime_strips import strips
from services.gateway.wall_clock import WallClock
from tests.support.gateway import NOW, Gateway
from tests.support.public_facts import eventful, returned, stretch

MOSCOW = ZoneInfo("Europe/Moscow")
HEADING = {"ru": "Плановые работы", "en": "Planned work"}


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def page(gateway: Gateway, language: str = "ru") -> str:
    return gateway.as_anyone().gets("/status", query_string={"lang": language}).text


def now() -> datetime:
    """The page's own: it is drawn for the moment at which it is asked for."""
    return SystemClock().now()


def clock(language: str = "en") -> WallClock:
    return WallClock(MOSCOW, Catalogue.read(language, "gateway"))


def knowledge(view: StatusView) -> Knowledge:
    return Knowledge(view, NOW)


def test_every_component_has_a_bar_for_each_of_ninety_days(gateway: Gateway) -> None:
    gateway.board.hear(eventful(now()), now())

    bars = re.findall(r'<i class="(\w+)" title="([^"]+)"></i>', page(gateway))

    assert len(bars) == 4 * 90
    assert [kind for kind, _ in bars[:60]] == ["unknown"] * 59 + ["operational"]
    assert bars[0][1].endswith(": нет данных")
    assert bars[89][1].endswith(": без сбоев")
    assert bars[179][0] == "major_outage"


def test_a_day_says_what_happened_the_worst_first() -> None:
    bad = [
        stretch("app", "degraded_performance", NOW - timedelta(hours=3), NOW - timedelta(hours=2)),
        stretch("app", "major_outage", NOW - timedelta(hours=2), NOW - timedelta(seconds=6000)),
        stretch("app", "under_maintenance", NOW - timedelta(days=1), NOW - timedelta(hours=23.99)),
    ]
    known = knowledge(eventful(NOW).model_copy(update={"stretches": bad}))
    assert known.view is not None

    (strip, *_) = strips(known, known.view.components, NOW, clock())

    assert strip.troubles == [
        "March 2: major outage 20 min, degraded 1 h",
        "March 1: planned work less than a minute",
    ]
    assert strip.bars[-1].told == strip.troubles[0]
    assert strip.bars[-3].told == "February 28: no trouble"
    assert strip.period == "since January 31"


@pytest.mark.parametrize(
    ("language", "outage", "share", "period"),
    [
        ("ru", timedelta(0), "100\xa0%", "за 90 дней"),
        ("en", timedelta(0), "100%", "in 90 days"),
        ("en", timedelta(seconds=1), "99.99%", "in 90 days"),
        ("ru", timedelta(days=9), "89,94\xa0%", "за 90 дней"),
    ],
)
def test_the_share_is_rounded_down_and_says_of_when_it_is(
    language: str, outage: timedelta, share: str, period: str
) -> None:
    began = NOW - timedelta(days=20)
    bad = [stretch("app", "major_outage", began, began + outage)] if outage else []
    view = eventful(NOW, known_for=timedelta(days=200)).model_copy(update={"stretches": bad})

    (strip, *_) = strips(knowledge(view), view.components, NOW, clock(language))

    assert (strip.share, strip.period) == (share, period)


def test_what_happened_since_the_facts_were_confirmed_is_not_guessed() -> None:
    view = eventful(NOW, known_for=timedelta(days=200)).model_copy(update={"stretches": []})

    (strip, *_) = strips(knowledge(view), view.components, NOW + timedelta(days=3), clock())

    assert [bar.worst for bar in strip.bars[-4:-2]] == ["operational", None]
    assert strip.share == "100%"


def test_what_was_declared_in_one_line_is_told_once(gateway: Gateway) -> None:
    gateway.board.hear(eventful(now()), now())

    told = re.findall(r'<(?:h3|p class="text")>(Медленно|Стало быстрее)</', page(gateway))

    assert told == ["Медленно", "Стало быстрее"]


def test_the_record_of_an_older_incidents_process_shows_no_bars(gateway: Gateway) -> None:
    old = {"stretches": [], "known_since": None}
    gateway.board.hear(eventful(now()).model_copy(update=old), now())

    shown = page(gateway)

    assert "Приложение" in shown
    assert 'class="days"' not in shown


def test_an_open_incident_says_what_it_hits_and_when_more_will_be_said(gateway: Gateway) -> None:
    at = now()
    gateway.board.hear(eventful(at), at)
    promised = clock().moment(at + timedelta(minutes=20))

    shown = page(gateway, "en")

    assert "affects: Payments" in shown
    assert f"Next update by {promised}" in shown
    assert 'id="incident-3"' in shown


def test_a_promise_that_was_not_kept_is_not_hidden(gateway: Gateway) -> None:
    at = now()
    gateway.board.hear(eventful(at - timedelta(hours=1)), at)

    assert "The next update was promised by " in page(gateway, "en")


def test_updates_stand_by_the_time_they_show(gateway: Gateway) -> None:
    at = now()
    gateway.board.hear(eventful(at), at)

    shown = page(gateway, "en")

    shown_at = (at - timedelta(minutes=25)).astimezone(MOSCOW)
    assert '<strong>Identified</strong> <span class="when"><time datetime=' in shown
    assert f"{clock().moment(shown_at)}</time>" in shown
    assert shown.index("Нашли причину:") < shown.index("<strong>Investigating</strong>")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_planned_work_has_its_times_state_and_components(gateway: Gateway, language: str) -> None:
    at = now()
    gateway.board.hear(eventful(at), at)

    shown = page(gateway, language)
    section = shown.partition(f"<h2>{HEADING[language]}</h2>")[2].partition("</section>")[0]

    span = clock(language).span(at - timedelta(minutes=10), at + timedelta(minutes=50))
    assert span in section
    assert {"ru": "Идут сейчас", "en": "In progress"}[language] in section
    assert {"ru": "касается: Записи уроков", "en": "concerns: Lesson recordings"}[
        language
    ] in section
    assert section.count("<article") == 2


def test_without_planned_work_there_is_no_such_section(gateway: Gateway) -> None:
    gateway.board.hear(eventful(now()).model_copy(update={"maintenances": []}), now())

    assert HEADING["ru"] not in page(gateway)


def test_a_post_mortem_stands_under_its_incident(gateway: Gateway) -> None:
    gateway.board.hear(eventful(now()), now())

    under = page(gateway).partition('id="incident-2"')[2].partition("</article>")[0]

    assert "Разбор причин" in under
    assert "Теперь за ним следят." in under
    assert "Не открывалось приложение" not in page(gateway)  # over for too long


def test_a_post_mortem_does_not_explain_what_has_come_back(gateway: Gateway) -> None:
    view = eventful(now()).model_copy(update={"incidents": [returned(now())], "recent": []})
    gateway.board.hear(view, now())

    shown = page(gateway)

    assert "Снова прерывается" in shown
    assert "Разбор причин" not in shown


def test_planned_work_that_was_done_is_among_what_is_over(gateway: Gateway) -> None:
    gateway.board.hear(eventful(now()), now())

    _, _, over = page(gateway).partition("Недавно завершено")

    assert "Замена диска" in over


def test_the_page_leads_to_its_other_faces(gateway: Gateway) -> None:
    shown = page(gateway, "en")

    assert re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]*feed.atom', shown)
    for address in re.findall(r'<a href="(/[^"]+)"', shown):
        path, _, query = address.partition("?")
        assert gateway.as_anyone().gets(path, query_string=query).status_code == 200
    assert "/status/badge.svg?lang=en" in shown


def test_every_answer_has_a_nonce_of_its_own(gateway: Gateway) -> None:
    gateway.board.hear(eventful(now()), now())
    answers = [gateway.as_anyone().gets("/status") for _ in range(2)]

    nonces = [re.findall(r'nonce="([^"]+)"', answer.text) for answer in answers]

    assert nonces[0] != nonces[1]
    for answer, (nonce,) in zip(answers, nonces, strict=True):
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=59), "меньше минуты"),
        (timedelta(minutes=1), "1 мин"),
        (timedelta(minutes=60), "1 ч"),
        (timedelta(hours=25, minutes=3), "25 ч 3 мин"),
    ],
)
def test_lengths_are_told_to_the_minute(length: timedelta, told: str) -> None:
    assert clock("ru").length(length) == told


def test_a_span_says_a_day_once_when_it_is_the_same_on_the_desks_wall() -> None:
    late = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)

    assert clock("ru").span(late, late + timedelta(minutes=20)) == "1 марта, 23:30 – 23:50"
    assert clock("ru").span(late, late + timedelta(minutes=40)) == "1 марта, 23:30 – 2 марта, 00:10"
