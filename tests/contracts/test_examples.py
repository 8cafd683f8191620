"""Events as they once went over the wire are readable for ever. The examples are never edited."""

import json
from pathlib import Path

import pytest

from contracts.event import Event
from tests.support.events import events
from tests.support.examples import lost

EXAMPLES = Path(__file__).parent / "examples"


def example(event: type[Event]) -> str:
    return (EXAMPLES / f"{event.type}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("event", events(), ids=lambda event: event.type)
def test_todays_class_reads_the_stored_example_and_loses_nothing(event: type[Event]) -> None:
    stored = json.loads(example(event))

    read = event.model_validate_json(example(event))

    assert lost(stored, json.loads(read.model_dump_json())) == []


@pytest.mark.parametrize("event", events(), ids=lambda event: event.type)
def test_a_field_that_a_newer_sender_adds_is_no_trouble(event: type[Event]) -> None:
    newer = json.loads(example(event)) | {"added_later": {"by": "somebody"}}

    assert event.model_validate(newer) == event.model_validate_json(example(event))


def test_every_example_is_of_an_event_that_is_still_published() -> None:
    stored = {path.stem for path in EXAMPLES.glob("*.json")}

    assert stored == {event.type for event in events()}
