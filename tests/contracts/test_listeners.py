"""What publishers believe of their listeners is what the listeners declare."""

import pytest

from chassis.declare import subscriptions_of
from contracts.event import Event
from tests.support.events import events

PROCESSES = ("tickets", "incidents", "sla", "bot")
WITHOUT_QUEUE = frozenset({"gateway"})
"""Its workers listen on passing queues, which no publisher may count on."""


def listeners_of(event: type[Event]) -> set[str]:
    return {
        one.process for name in PROCESSES for one in subscriptions_of(name) if one.event is event
    }


@pytest.mark.parametrize("event", events(), ids=lambda event: event.type)
def test_an_event_is_heard_by_those_it_names_and_nobody_else(event: type[Event]) -> None:
    assert listeners_of(event) == event.heard_by - WITHOUT_QUEUE


def test_types_are_unique_and_end_in_a_version() -> None:
    types = [event.type for event in events()]

    assert len(types) == len(set(types)) > 0
    assert [name for name in types if not name.rpartition(".v")[2].isdecimal()] == []


def test_no_two_handlers_share_a_queue() -> None:
    queues = [one.queue for name in PROCESSES for one in subscriptions_of(name)]

    assert len(queues) == len(set(queues)) > 0
