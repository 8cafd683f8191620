"""What an owner's reading marks read."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Unavailable
from contracts.tickets import TicketView
from tests.support.gateway import NOW, Gateway, agents_message, make_ticket


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def answered(**parts: Any) -> TicketView:
    """A ticket with an answer that nobody has read."""
    return make_ticket(unread=1, messages=[*make_ticket().messages, agents_message()], **parts)


def test_the_owners_reading_marks_read_what_was_shown(gateway: Gateway) -> None:
    gateway.services.ticket = answered()

    assert gateway.as_user().gets("/tickets/42/").status_code == 200

    command = gateway.services.last("tickets.mark_read")
    assert (command.ticket_id, command.requester_id) == (42, "anna")
    assert command.read_at == NOW + timedelta(minutes=5)


def test_what_others_wrote_after_an_answer_marks_none_read_that_comes_meanwhile(
    gateway: Gateway,
) -> None:
    question, answer = answered().messages
    later = NOW + timedelta(minutes=9)
    again = question.model_copy(update={"created_at": later})
    note = answer.model_copy(update={"created_at": later, "is_note": True, "delivery": None})
    gateway.services.ticket = make_ticket(unread=1, messages=[question, answer, again, note])

    assert gateway.as_user().gets("/tickets/42/").status_code == 200

    assert gateway.services.last("tickets.mark_read").read_at == answer.created_at


def test_reading_in_the_app_what_came_from_the_same_persons_telegram_marks_it_read(
    gateway: Gateway,
) -> None:
    gateway.services.answers["tickets.get_ticket"] = lambda _: answered(owner="tg:7")

    assert gateway.as_user(telegram_id=7).gets("/tickets/42/").status_code == 200

    assert gateway.services.last("tickets.mark_read").requester_id == "tg:7"


def test_an_administrators_reading_marks_nothing(gateway: Gateway) -> None:
    gateway.services.ticket = answered()

    assert gateway.as_admin().gets("/tickets/42/").status_code == 200
    assert not gateway.services.was_asked("tickets.mark_read")


def test_a_ticket_can_be_read_though_it_cannot_be_marked(gateway: Gateway) -> None:
    gateway.services.ticket = answered()
    gateway.services.answers["tickets.mark_read"] = Unavailable("busy")

    assert gateway.as_user().gets("/tickets/42/").status_code == 200
