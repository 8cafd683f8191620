"""Requests, answers and refusals as JSON."""

import json

import pytest

from chassis.rpc.wire import answer_body, read_answer, refusal_body, request_body
from contracts.errors import Conflict, ContractError, NotFound, TicketNotFound
from contracts.event import Message


class Words(Message):
    text: str


def refused(error: dict[str, object]) -> ContractError:
    with pytest.raises(ContractError) as refusal:
        read_answer(json.dumps({"result": None, "error": error}))
    return refusal.value


def test_a_request_is_what_nameko_reads() -> None:
    assert json.loads(request_body(Words(text="hi"))) == {"args": [{"text": "hi"}], "kwargs": {}}
    assert json.loads(request_body(None)) == {"args": [], "kwargs": {}}


def test_an_answer_is_read_as_it_was_given() -> None:
    assert read_answer(answer_body([Words(text="a"), Words(text="b")])) == [
        {"text": "a"},
        {"text": "b"},
    ]
    assert read_answer(answer_body(None)) is None


def test_a_refusal_comes_back_as_the_same_error() -> None:
    body = refusal_body(TicketNotFound("gone", {"id": "42"}))

    with pytest.raises(TicketNotFound) as refusal:
        read_answer(body)

    assert (refusal.value.message, refusal.value.details) == ("gone", {"id": "42"})


def test_an_error_newer_than_its_reader_is_read_as_its_kind() -> None:
    newer = refused({"codes": ["ticket_sealed", "conflict", "error"], "exc_args": ["frozen", {}]})

    assert type(newer) is Conflict
    assert newer.message == "frozen"


def test_an_error_without_codes_is_found_by_its_name() -> None:
    assert type(refused({"exc_type": "NotFound", "exc_args": ["where?"]})) is NotFound


def test_an_error_of_nobody_we_know_is_a_plain_one() -> None:
    stranger = refused({"exc_type": "MethodNotFound", "exc_args": ["foo"], "value": "foo"})

    assert type(stranger) is ContractError
    assert stranger.code == "error"
