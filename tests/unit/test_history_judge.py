"""The judge of the fault tests must itself be shown to see what it is there to see."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.support.history.judge import Chat, Outcome, answers_in_chats, judge
from tests.support.history.records import Deed, Record, new_mark

TICKET_MARK, MESSAGE_MARK, ANSWER_MARK = new_mark(), new_mark(), new_mark()


def message(mark: str, delivery: str | None = None, **other: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "author": {"kind": "user", "name": "Анна"},
        "body": f"Слова {mark}",
        "created_at": "2026-03-02T09:01:00.000Z",
        "delivery": delivery,
    } | other


def ticket(
    number: int = 1, *messages: dict[str, Any], source: str = "app", **other: Any
) -> dict[str, Any]:
    return {
        "id": number,
        "subject": "Слова",
        "description": f"Слова {TICKET_MARK}",
        "category": "other",
        "priority": "P3",
        "source": source,
        "created_at": "2026-03-02T09:00:00.000Z",
        "requester": {"id": "tg:9" if source == "telegram" else "anna", "name": "Анна"},
        "messages": [message(TICKET_MARK), *messages],
    } | other


def record(deed: Deed, mark: str, status: int | None = 201, **other: Any) -> Record:
    values: dict[str, Any] = {"began_at": 1.0, "ended_at": 2.0, "ticket_id": 1} | other
    if deed == Deed.OPEN and status == 201:
        values.setdefault("answer", ticket(values["ticket_id"]))
    return Record(deed, status=status, mark=mark, **values)


OPENED = record(Deed.OPEN, TICKET_MARK)
WRITTEN = record(Deed.WRITE, MESSAGE_MARK, began_at=3.0, ended_at=4.0)


def outcome_of(*tickets: dict[str, Any], chat: Chat | None = None) -> Outcome:
    return Outcome({one["id"]: one for one in tickets}, {"tg:9": chat} if chat else {})


def faults_of(*records: Record, outcome: Outcome, repeats_allowed: int = 0) -> list[str]:
    """What the judge calls each fault, without the details."""
    found = judge(records, outcome, repeats_allowed=repeats_allowed)
    return [fault.partition(":")[0] for fault in found]


def test_a_desk_that_kept_its_word_has_no_faults() -> None:
    kept = outcome_of(ticket(1, message(MESSAGE_MARK)))
    read = record(Deed.READ, "", 200, began_at=5.0, ended_at=6.0, answer=kept.tickets[1])

    assert faults_of(OPENED, WRITTEN, read, outcome=kept) == []


def test_a_planted_loss_of_a_ticket_is_seen() -> None:
    assert faults_of(OPENED, outcome=outcome_of()) == ["lost"]


def test_a_planted_loss_of_a_message_is_seen() -> None:
    assert faults_of(OPENED, WRITTEN, outcome=outcome_of(ticket(1))) == ["lost"]


def test_a_planted_duplicate_of_a_ticket_is_seen() -> None:
    doubled = outcome_of(ticket(1), ticket(2))

    assert "doubled" in faults_of(OPENED, outcome=doubled)


def test_a_planted_duplicate_of_a_message_is_seen() -> None:
    doubled = outcome_of(ticket(1, message(MESSAGE_MARK), message(MESSAGE_MARK)))

    assert faults_of(OPENED, WRITTEN, outcome=doubled) == ["doubled"]


def test_a_key_that_was_answered_with_two_tickets_is_seen() -> None:
    again = record(Deed.OPEN, TICKET_MARK, ticket_id=2)

    assert "doubled" in faults_of(OPENED, again, outcome=outcome_of(ticket(1)))


@pytest.mark.parametrize("status", [None, 503])
@pytest.mark.parametrize("kept", [[], [ticket()]], ids=["it is not there", "it is there"])
def test_an_unknown_outcome_may_be_either(status: int | None, kept: list[dict[str, Any]]) -> None:
    unknown = record(Deed.OPEN, TICKET_MARK, status, ticket_id=None)

    assert faults_of(unknown, outcome=outcome_of(*kept)) == []


def test_an_unknown_outcome_may_not_be_there_twice() -> None:
    unknown = record(Deed.OPEN, TICKET_MARK, None, ticket_id=None)

    assert faults_of(unknown, outcome=outcome_of(ticket(1), ticket(2))) == ["doubled"]


def test_what_was_refused_must_not_be_there() -> None:
    refused = record(Deed.WRITE, MESSAGE_MARK, 409)
    done = outcome_of(ticket(1, message(MESSAGE_MARK)))

    assert faults_of(OPENED, refused, outcome=done) == ["refused, yet done", "unexpected"]


def test_words_that_nobody_wrote_are_seen() -> None:
    assert faults_of(OPENED, outcome=outcome_of(ticket(1, message(new_mark())))) == ["invented"]


def test_a_message_in_the_wrong_ticket_is_seen() -> None:
    other = replace(OPENED, mark=new_mark(), ticket_id=2, answer=None)
    astray = ticket(2) | {"messages": [message(other.mark), message(MESSAGE_MARK)]}

    found = faults_of(OPENED, other, WRITTEN, outcome=outcome_of(ticket(1), astray))

    assert found == ["astray"]


@pytest.mark.parametrize("name", ["subject", "category", "priority", "created_at", "requester"])
def test_a_ticket_that_is_not_as_it_was_told_is_seen(name: str) -> None:
    kept = outcome_of(ticket(1, **{name: "другое"}))

    assert faults_of(OPENED, outcome=kept) == ["changed"]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_answer_that_no_fault_excuses_is_seen(status: int) -> None:
    refused = record(Deed.WRITE, MESSAGE_MARK, status)

    assert faults_of(OPENED, refused, outcome=outcome_of(ticket())) == ["unexpected"]


@pytest.mark.parametrize("name", ["id", "body", "author", "created_at"])
def test_a_message_that_is_not_as_it_was_told_is_seen(name: str) -> None:
    told = message(MESSAGE_MARK, **{name: f"другое {MESSAGE_MARK}"})
    kept = outcome_of(ticket(1, message(MESSAGE_MARK)))

    assert faults_of(OPENED, replace(WRITTEN, answer=told), outcome=kept) == ["changed"]
    assert faults_of(OPENED, replace(WRITTEN, answer=message(MESSAGE_MARK)), outcome=kept) == []


def test_a_key_that_was_answered_with_two_messages_is_seen() -> None:
    first, second = (replace(WRITTEN, answer=message(MESSAGE_MARK, id=number)) for number in (7, 8))
    kept = outcome_of(ticket(1, message(MESSAGE_MARK)))

    assert faults_of(OPENED, first, second, outcome=kept) == ["changed"]


def test_a_read_that_misses_what_was_acknowledged_before_is_seen() -> None:
    kept = outcome_of(ticket(1, message(MESSAGE_MARK)))
    stale = record(Deed.READ, "", 200, began_at=5.0, ended_at=6.0, answer=ticket(1))
    missing = record(Deed.READ, "", 404, began_at=2.5, ended_at=2.6)

    assert faults_of(OPENED, WRITTEN, stale, outcome=kept) == ["unread"]
    assert faults_of(OPENED, WRITTEN, missing, outcome=kept) == ["unexpected", "unread"]


def test_a_read_that_overlaps_a_write_may_miss_it() -> None:
    kept = outcome_of(ticket(1, message(MESSAGE_MARK)))
    early = record(Deed.READ, "", 200, began_at=3.5, ended_at=6.0, answer=ticket(1))

    assert faults_of(OPENED, WRITTEN, early, outcome=kept) == []


def test_what_telegram_has_taken_may_show_later_but_not_never() -> None:
    said = replace(WRITTEN, deed=Deed.ANSWER, shows_at_once=False)
    early = record(Deed.READ, "", 200, began_at=5.0, ended_at=6.0, answer=ticket(1))

    assert faults_of(OPENED, said, early, outcome=outcome_of(ticket(1))) == ["lost"]
    kept = outcome_of(ticket(1, message(MESSAGE_MARK)))
    assert faults_of(OPENED, said, early, outcome=kept) == []


def answered(delivery: str | None = "delivered", **copies: int) -> Outcome:
    """A Telegram user's ticket with an answer, delivered or not, and what came into the chat."""
    chat = Chat(
        Counter({ANSWER_MARK: copies.get("copies", 0)}),
        Counter({ANSWER_MARK: copies.get("repeats", 0)}),
        Counter({1: copies.get("welcomes", 1)}),
        Counter({1: copies.get("repeated_welcomes", 0)}),
    )
    given = message(ANSWER_MARK, delivery)
    return outcome_of(ticket(1, given, source="telegram"), chat=chat)


ANSWERED = record(Deed.ANSWER, ANSWER_MARK, began_at=3.0, ended_at=4.0)
FROM_TELEGRAM = replace(OPENED, answer=None, shows_at_once=False)


def test_an_answer_that_never_came_is_seen() -> None:
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=answered(copies=0)) == ["lost"]


def test_an_answer_that_was_given_up_is_seen() -> None:
    failed = answered("failed")

    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=failed, repeats_allowed=1) == ["undelivered"]
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=failed, repeats_allowed=2) == []


def test_answers_into_chats_are_counted() -> None:
    both = [FROM_TELEGRAM, ANSWERED]
    failed = outcome_of(ticket(1, message(ANSWER_MARK, "failed"), source="telegram"))

    assert answers_in_chats(both, answered(copies=1)) == (1, 0, 0)
    assert answers_in_chats(both, answered(copies=2, repeats=1)) == (1, 1, 0)
    assert answers_in_chats(both, failed) == (0, 0, 1)
    assert answers_in_chats([FROM_TELEGRAM], answered(copies=1)) == (0, 0, 0)


def test_an_answer_that_came_twice_is_seen() -> None:
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=answered(copies=2)) == ["doubled"]


def test_so_is_one_that_came_twice_and_was_given_up() -> None:
    twice = answered("failed", copies=2)

    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=twice, repeats_allowed=2) == ["doubled"]


@pytest.mark.parametrize("delivery", ["delivered", "failed"])
def test_one_that_came_three_times_is_seen_also_with_marks(delivery: str) -> None:
    thrice = answered(delivery, copies=3, repeats=2)

    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=thrice, repeats_allowed=9) == ["repeated"]


def test_an_answer_of_which_nobody_says_whether_it_came_is_seen() -> None:
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=answered(None)) == ["undelivered"]


def test_words_that_came_to_somebody_else_are_seen() -> None:
    right = answered(copies=1)
    wrong = Outcome(right.tickets, right.chats | {"tg:10": Chat(Counter({ANSWER_MARK: 1}))})

    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=right) == []
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=wrong) == ["leaked"]


def test_a_welcome_that_never_came_or_came_twice_is_seen() -> None:
    never, twice = answered(copies=1, welcomes=0), answered(copies=1, welcomes=2)
    marked = answered(copies=1, welcomes=2, repeated_welcomes=1)

    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=never) == ["lost"]
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=twice) == ["doubled"]
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=marked) == []


def test_a_marked_repeat_is_forgiven_once_a_crash() -> None:
    repeated = answered(copies=2, repeats=1)

    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=repeated, repeats_allowed=1) == []
    assert faults_of(FROM_TELEGRAM, ANSWERED, outcome=repeated) == ["repeated"]
