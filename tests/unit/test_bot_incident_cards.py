"""The audit trail of an incident, in words."""

from datetime import timedelta

from botapi.html import parse
from contracts.incidents import AuditEntry
from contracts.vocabulary import IncidentAction
from services.bot.showing import incident_cards
from tests.support.bot_rows import LANGUAGES, NOON

RU = LANGUAGES.of("ru")


def told(action: IncidentAction, **details: str) -> str:
    act = AuditEntry(action=action, actor="tg:501", origin="telegram:501", at=NOON, details=details)
    names = {"tg:501": "Анна"}
    shown = parse(incident_cards.trail(RU, 3, [act], names=names, now=NOON)).text
    return shown.splitlines()[-1].removeprefix("12:00 · ")


def test_what_was_written_is_quoted_and_what_was_chosen_is_told() -> None:
    earlier = NOON - timedelta(minutes=16)

    line = told(
        IncidentAction.UPDATED,
        message="Причина найдена <банк>, исправляем.",
        status="identified",
        display_at=f"{earlier:%Y-%m-%dT%H:%M:%S.000Z}",
    )

    assert line == (
        "сообщение · Анна (telegram:501) "
        "«Причина найдена <банк>, исправляем.», Причина найдена, было в 11:44"
    )


def test_what_is_hit_is_named_even_when_the_product_has_it_no_more() -> None:
    line = told(IncidentAction.ASSESSED, impact="major", payments="major_outage", fax="operational")

    assert line.endswith("серьёзное, Оплата: недоступно, fax: работает")


def test_a_linked_ticket_has_its_sign_and_a_detail_of_a_newer_desk_is_shown_as_it_is() -> None:
    assert told(IncidentAction.TICKET_LINKED, ticket_id="42, 43").endswith(" #42, #43")
    assert told(IncidentAction.UPDATED, weather="rain").endswith(" rain")


def test_a_ticket_that_moved_names_where_it_is_now() -> None:
    line = told(IncidentAction.TICKET_UNLINKED, ticket_id="42", moved_to="4")

    assert line == "связь снята · Анна (telegram:501) #42, теперь инцидент #4"


def test_namesakes_in_the_app_are_told_apart_by_their_ids() -> None:
    acts = [
        AuditEntry(action=IncidentAction.TICKET_LINKED, actor=user, origin="app", at=NOON)
        for user in ("user-17", "user-<18>")
    ]
    names = {act.actor: "Вера" for act in acts}

    shown = parse(incident_cards.trail(RU, 3, acts, names=names, now=NOON)).text.splitlines()

    assert [line.rstrip() for line in shown[1:]] == [
        "12:00 · связь с тикетом · Вера (app:user-17)",
        "12:00 · связь с тикетом · Вера (app:user-<18>)",
    ]
