"""A ticket as it is shown in a chat: everything that matters, and whose words are whose."""

from datetime import timedelta

import pytest

from botapi.html import parse
from contracts.sla import (
    CycleView,
    TicketClocks,
)
from contracts.tickets import (
    AttachmentView,
    EarlierText,
    EarlierTexts,
    LinkedIncident,
    TicketView,
)
from contracts.tickets.views import AuthorView
from contracts.vocabulary import (
    AuthorKind,
    CycleState,
    Delivery,
    IncidentNotice,
    IncidentStatus,
    SatisfiedBy,
    TicketStatus,
)
from services.bot.markup import visible_units
from services.bot.showing import cards
from services.bot.speech import Speech
from tests.support.bot_rows import LANGUAGES as SPEECHES
from tests.support.bot_rows import NOON, message, ticket

INCIDENT = LinkedIncident(id=3, title="Платежи")
RU, EN = SPEECHES.of("ru"), SPEECHES.of("en")


def view(**parts: object) -> TicketView:
    whole = {
        **dict(ticket()),
        "last_message_at": NOON,
        "unread": 0,
        "next_due_at": NOON + timedelta(minutes=12),
        "description": "x",
        "context": {},
        "messages": [message("<i>Помогите</i> & быстро")],
        **parts,
    }
    return TicketView.model_validate(whole)


def test_a_thread_shows_deadline_people_and_words_as_written() -> None:
    clocks = TicketClocks(
        ticket_id=42,
        first_response=CycleView(due_at=NOON - timedelta(minutes=5), state=CycleState.BREACHING),
    )

    shown = parse(cards.thread(RU, view(), clocks, NOON)).text

    assert "#42 · P2 · Оплата/Подписка\nНе проходит <оплата>\nОт: Иван" in shown
    assert "Первый ответ до 11:55 (просрочен на 5 мин)" in shown
    assert "<i>Помогите</i> & быстро" in shown


@pytest.mark.parametrize(
    ("state", "words"), [(CycleState.ACHIEVED, "вовремя"), (CycleState.BREACHED, "с опозданием")]
)
def test_a_notice_of_an_incident_is_shown_for_what_it_is(state: CycleState, words: str) -> None:
    noticed = CycleView(due_at=NOON, state=state, satisfied_by=SatisfiedBy.INCIDENT)

    shown = cards.card(RU, view(), TicketClocks(ticket_id=42, first_response=noticed), NOON)

    assert f"Вместо первого ответа {words} сообщили об инциденте" in shown
    assert "ответ дан" not in shown


@pytest.mark.parametrize(
    ("words", "told"), [(RU, "Срок первого ответа прошёл без ответа"), (EN, "passed unanswered")]
)
def test_a_ticket_resolved_without_an_answer_says_that_the_deadline_had_passed(
    words: Speech, told: str
) -> None:
    closed = CycleView(due_at=NOON, state=CycleState.CANCELLED)
    late = closed.model_copy(update={"breached_at": NOON})
    in_time = CycleView(due_at=NOON, state=CycleState.ACHIEVED)

    def shown(first_response: CycleView) -> str:
        clocks = TicketClocks(ticket_id=42, first_response=first_response, resolution=in_time)
        return cards.card(words, view(status=TicketStatus.RESOLVED), clocks, NOON)

    assert told in shown(late)
    assert told not in shown(closed)


def test_a_clock_that_stands_says_whether_its_deadline_was_missed_before() -> None:
    standing = CycleView(due_at=NOON, state=CycleState.PENDING, paused=True)
    late = standing.model_copy(update={"state": CycleState.BREACHING, "breached_at": NOON})

    def shown(resolution: CycleView) -> str:
        in_time = CycleView(due_at=NOON, state=CycleState.ACHIEVED)
        clocks = TicketClocks(ticket_id=42, first_response=in_time, resolution=resolution)
        return cards.card(RU, view(), clocks, NOON)

    assert "часы стоят; срок пропущен: 12:00" in shown(late)
    assert "часы стоят" in shown(standing)
    assert "пропущен" not in shown(standing)


def test_without_sla_the_deadline_beside_the_ticket_is_shown() -> None:
    assert "через 12 мин" in cards.thread(RU, view(), None, NOON)
    assert "in 12 min" in cards.thread(EN, view(), None, NOON)


@pytest.mark.parametrize("status", [TicketStatus.RESOLVED, TicketStatus.CLOSED])
def test_without_sla_a_finished_ticket_has_no_deadline(status: TicketStatus) -> None:
    finished = view(status=status)

    assert finished.next_due_at is not None
    assert "⏱" not in cards.card(RU, finished, None, NOON)
    assert "через" not in cards.thread(RU, finished, None, NOON)
    assert "через" not in cards.line(RU, finished, NOON)
    assert "через 12 мин" in cards.line(RU, view(), NOON)


def test_a_card_says_who_wrote_the_last_message() -> None:
    answered = view(messages=[message(), message("Чиним", kind=AuthorKind.AGENT)])

    shown = parse(cards.card(RU, answered, None, NOON)).text

    author = shown.index("Кто-то")
    assert shown.index("От: Иван") < author < shown.index("Чиним")
    assert "Помогите" not in shown


def test_a_merged_ticket_says_where_it_goes_on_and_the_survivor_where_the_rest_is() -> None:
    notice = message("", kind=AuthorKind.SYSTEM)
    source = view(merged_into=40, messages=[message(), notice])

    for shown in (cards.card(RU, source, None, NOON), cards.thread(RU, source, None, NOON)):
        assert "Объединён с #40, работаем там: /view_40" in shown
        assert parse(shown).text.index("Кто-то") < shown.index("Объединён с #40", shown.index("⚙️"))
    survivor = cards.card(EN, view(merged_from=[12, 13]), None, NOON)
    assert "Merged from #12: /view_12" in survivor
    assert "Merged from #13: /view_13" in survivor


def test_what_the_desk_says_by_itself_is_nobodys() -> None:
    notice = message("", kind=AuthorKind.SYSTEM)
    unnamed = notice.model_copy(
        update={"author": AuthorView(kind=AuthorKind.SYSTEM, name=""), "incident": INCIDENT}
    )

    shown = parse(cards.card(RU, view(messages=[unnamed]), None, NOON)).text

    assert "⚙️ Автоматически, 12:01" in shown


@pytest.mark.parametrize("status", [None, IncidentStatus.IDENTIFIED])
def test_a_linked_ticket_names_its_incident_and_what_its_requester_was_told(
    status: IncidentStatus | None,
) -> None:
    incident = LinkedIncident(id=3, title="Платежи <стоят>")
    notice = message("", kind=AuthorKind.SYSTEM).model_copy(
        update={
            "incident": incident,
            "delivery": Delivery.FAILED,
            "incident_status": status,
            "notice": IncidentNotice.KNOWN,
        }
    )
    linked = view(incident=incident, messages=[message(), notice])

    for shown in (cards.card(RU, linked, None, NOON), cards.thread(RU, linked, None, NOON)):
        assert "Инцидент #3: Платежи &lt;стоят&gt;" in shown
        assert "Сообщили, что знаем о проблеме: инцидент #3" in shown
        assert "не доставлено" in shown
    assert "Incident #3" in cards.card(EN, linked, None, NOON)


def test_a_notice_of_an_incident_stays_one_when_its_ticket_is_merged() -> None:
    notice = message("", kind=AuthorKind.SYSTEM)
    about = notice.model_copy(update={"incident": LinkedIncident(id=3, title="Платежи")})

    shown = cards.thread(RU, view(merged_into=40, messages=[about, notice]), None, NOON)

    assert shown.index("инцидент #3") < shown.rindex("Объединён с #40")


def test_a_long_message_is_cut_in_a_card_and_says_where_the_rest_is() -> None:
    shown = cards.card(RU, view(messages=[message("слово " * 400)]), None, NOON)

    assert "…" in shown
    assert "Дальше: /view_42" in shown


BILL = AttachmentView(
    id=1, name="счёт <1>.pdf", media_type="application/pdf", size=12_345, key="a" * 64
)
FILM = BILL.model_copy(update={"name": "film.mp4", "size": 1_572_864})


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ([BILL], "📎 1 файл: счёт <1>.pdf (12,1 КБ)"),
        ([BILL, FILM], "📎 2 файла: счёт <1>.pdf (12,1 КБ), film.mp4 (1,5 МБ)"),
        ([FILM] * 5, "📎 5 файлов: film.mp4 (1,5 МБ), film.mp4 (1,5 МБ), film.mp4 (1,5 МБ), …"),
    ],
)
def test_files_are_named_in_a_notice_a_card_and_the_thread(
    files: list[AttachmentView], line: str
) -> None:
    with_files = message("").model_copy(update={"attachments": files})
    whole = view(messages=[with_files])
    goes_on = view(messages=[with_files, message("И ещё")])

    for shown in (
        cards.notice(RU, RU("bot.notice.message"), ticket(), with_files),
        cards.card(RU, whole, None, NOON),
        cards.thread(RU, whole, None, NOON),
        cards.thread(RU, goes_on, None, NOON),
    ):
        assert line in parse(shown).text
        assert "\n\n\n" not in shown


def test_a_ticket_that_its_subject_tells_whole_is_told_once() -> None:
    told, title = message(ticket().subject), RU("bot.notice.opened")

    opened = cards.notice(RU, title, ticket(), told)
    says_more = cards.notice(RU, title, ticket(), message(f"{ticket().subject}, помогите"))
    repeated = cards.notice(RU, title, ticket().model_copy(update={"version": 2}), told)

    shown = [parse(each).text.count(ticket().subject) for each in (opened, says_more, repeated)]
    assert shown == [1, 2, 2]


def test_the_longest_names_of_ten_files_fit_into_a_notice() -> None:
    long = BILL.model_copy(update={"name": "ы" * 196 + ".pdf"})
    files = message("я" * 10_000).model_copy(update={"attachments": [long] * 10})

    shown = cards.notice(RU, RU("bot.notice.message"), ticket(subject="щ" * 200), files)

    assert visible_units(shown) < 4000


def test_a_ticket_says_after_which_closed_one_it_was_opened() -> None:
    after = view(follows=40)

    for told in (cards.card(RU, after, None, NOON), cards.thread(RU, after, None, NOON)):
        assert "Продолжение закрытого #40: /view_40" in told
    assert "Продолжение" not in cards.thread(RU, view(), None, NOON)


def test_what_was_said_before_tells_how_much_more_there_was_and_what_had_no_words() -> None:
    wordless = EarlierText(
        message_id=7, author=message().author, body="", written_at=NOON, replaced_at=NOON
    )
    found = EarlierTexts(ticket_id=42, texts=[wordless], left_out=2)

    told = cards.earlier(RU, found, NOON)

    assert "Показаны последние версии, 2 более ранние не показаны." in told
    assert told.endswith("\n<i>без текста</i>")
    assert "не показан" not in cards.earlier(RU, found.model_copy(update={"left_out": 0}), NOON)
