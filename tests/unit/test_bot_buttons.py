"""The short codes of buttons: a code that two had would be answered by one."""

from collections import Counter

import pytest

from contracts.errors import Invalid
from contracts.tickets import LARGEST_ID, AttachmentView, LinkedIncident, TicketView
from contracts.vocabulary import TicketStatus
from services.bot import buttons
from services.bot.dispatch import AGENT_BUTTONS, USER_BUTTONS
from tests.support.bot_rows import LANGUAGES, NOON, message, ticket

ANSWERS = {"DECLARE_ANOTHER"}
"""What stands behind a code, and is none itself."""


def test_every_code_is_of_one_button_and_somebody_answers_it() -> None:
    named = {
        name: value
        for name, value in vars(buttons).items()
        if name.isupper() and isinstance(value, str) and name not in ANSWERS
    }

    assert [code for code, count in Counter(named.values()).items() if count > 1] == []
    assert set(named.values()) == AGENT_BUTTONS.keys() | USER_BUTTONS.keys()
    assert AGENT_BUTTONS.keys() & USER_BUTTONS.keys() == set()


@pytest.mark.parametrize("text", [str(2**63), "9" * 19, "9" * 20, "", "-1", "1.5", "x", "١", "²"])
def test_what_no_database_holds_is_no_number_of_a_button(text: str) -> None:
    with pytest.raises(Invalid):
        buttons.number(text)

    assert buttons.number(str(2**63 - 1)) == LARGEST_ID


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (
            TicketStatus.OPEN,
            [
                "Взять",
                "Ответить",
                "Заметка",
                "Заготовки",
                "Приоритет",
                "Назначить",
                "Решён",
                "Почему такой срок",
            ],
        ),
        (
            TicketStatus.WAITING,
            [
                "Взять",
                "Ответить",
                "Заметка",
                "Заготовки",
                "Приоритет",
                "Назначить",
                "Решён",
                "Почему такой срок",
            ],
        ),
        (
            TicketStatus.RESOLVED,
            [
                "Взять",
                "Ответить",
                "Заметка",
                "Заготовки",
                "Приоритет",
                "Назначить",
                "Почему такой срок",
            ],
        ),
        (TicketStatus.CLOSED, ["Почему такой срок"]),
    ],
)
def test_under_a_ticket_stands_only_what_can_be_done_with_it(
    status: TicketStatus, offered: list[str]
) -> None:
    card = buttons.ticket_card(LANGUAGES.own, ticket().model_copy(update={"status": status}))

    assert [button.text for row in card for button in row] == offered


@pytest.mark.parametrize("status", TicketStatus)
def test_while_an_incident_is_open_what_is_not_closed_can_be_linked(status: TicketStatus) -> None:
    facts = ticket().model_copy(update={"status": status})

    card = buttons.ticket_card(LANGUAGES.own, facts, can_link=True)

    offered = [button.text for row in card for button in row]
    assert ("Связать с инцидентом" in offered) == (status != TicketStatus.CLOSED)


def test_what_is_linked_is_not_offered_to_be_linked() -> None:
    view = TicketView(
        **dict(ticket()),
        last_message_at=NOON,
        unread=0,
        description="x",
        context={},
        messages=[message()],
    )
    linked = view.model_copy(update={"incident": LinkedIncident(id=3, title="Платежи")})

    offered = [
        [
            button.data
            for row in buttons.whole_card(LANGUAGES.own, one, can_link=True)
            for button in row
        ]
        for one in (view, linked)
    ]

    assert set(offered[0]) - set(offered[1]) == {f"lt:{view.id}"}


def test_a_ticket_with_files_offers_them_and_their_code_is_short() -> None:
    kept = AttachmentView(id=1, name="a.pdf", media_type="application/pdf", size=9, key="a" * 64)
    longest = ticket(2**63 - 1)
    told = message().model_copy(update={"id": 2**63 - 1, "attachments": [kept] * 10})
    whole = TicketView(
        **dict(longest),
        last_message_at=NOON,
        unread=0,
        description="x",
        context={},
        messages=[told],
    )

    (of_all,), *rest = buttons.whole_card(LANGUAGES.own, whole)
    ((of_one,),) = buttons.files_of(LANGUAGES.own, longest.id, told)

    assert of_all.text == of_one.text == "📎 Файлы (10)"
    assert tuple(rest) == buttons.ticket_card(LANGUAGES.own, whole)
    assert max(len(one.data.encode()) for one in (of_all, of_one)) <= 64
    assert buttons.files_of(LANGUAGES.own, 1, message()) == ()
