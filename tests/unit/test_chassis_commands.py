"""When two commands are the same wish."""

from datetime import UTC, datetime, timedelta

from chassis.storage.commands import fingerprint_of
from contracts.tickets import AnswerTicket, OpenTicket, Person
from contracts.vocabulary import Category

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def opening(description: str = "Help", *, later: int = 0, command_id: str = "1") -> OpenTicket:
    return OpenTicket(
        command_id=command_id,
        requester=Person(id="u1"),
        description=description,
        received_at=NOW + timedelta(seconds=later),
    )


def test_a_repeat_is_received_later_and_is_the_same_wish() -> None:
    assert fingerprint_of(opening()) == fingerprint_of(opening(later=5, command_id="2"))


def test_a_token_that_tells_another_name_meanwhile_is_the_same_wish() -> None:
    renamed = opening().model_copy(update={"requester": Person(id="u1", name="Anna")})

    assert fingerprint_of(renamed) == fingerprint_of(opening())


def test_what_was_left_out_and_its_default_are_the_same_wish() -> None:
    told = opening().model_copy(update={"category": Category.OTHER})

    assert fingerprint_of(told) == fingerprint_of(opening())


def test_the_order_of_keys_is_no_part_of_a_wish() -> None:
    one = opening().model_copy(update={"context": {"page": "/a", "browser": "b"}})
    other = opening().model_copy(update={"context": {"browser": "b", "page": "/a"}})

    assert fingerprint_of(one) == fingerprint_of(other)


def test_a_repeat_of_what_a_version_before_carried_out_is_the_same_wish() -> None:
    """The digest by which one that counted `limit_per_hour` among the wishes knows it."""
    limited = opening().model_copy(update={"limit_per_hour": 10})
    known = "3d1d989ee8fed1a307ae0db0991e5bc2ec87875f5c39e1e7791cf1c408822b31"

    assert fingerprint_of(limited, as_before=True) == known
    assert fingerprint_of(limited) == fingerprint_of(opening())


def test_other_words_are_another_wish() -> None:
    assert fingerprint_of(opening()) != fingerprint_of(opening("Help!"))


def test_the_same_fields_under_another_operation_are_another_wish() -> None:
    class AnswerLouder(AnswerTicket):
        pass

    given = {"command_id": "1", "ticket_id": 1, "agent_id": "a", "body": "b", "received_at": NOW}

    assert fingerprint_of(AnswerTicket(**given)) != fingerprint_of(AnswerLouder(**given))
