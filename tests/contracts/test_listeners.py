"""What publishers believe of their listeners is what the listeners declare."""

import re
from pathlib import Path

import pytest

from chassis.declare import subscriptions_of
from contracts.event import Event
from tests.support.events import events

PROCESSES = ("tickets", "incidents", "sla", "bot")
ARCHITECTURE = Path(__file__).parents[2] / "ARCHITECTURE.md"
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


def test_the_architecture_tells_who_hears_what() -> None:
    table = ARCHITECTURE.read_text(encoding="utf-8").partition("### Who hears what")[2]
    rows = [line.split("|")[1:3] for line in table.partition("\n## ")[0].splitlines()[4:] if line]
    told = {
        name: set(re.findall("|".join((*PROCESSES, "gateway")), hearers))
        for names, hearers in rows
        for name in _full_names(names)
    }

    assert told == {event.type.rpartition(".v")[0]: set(event.heard_by) for event in events()}


def _full_names(cell: str) -> list[str]:
    """`incident.updated`, `.resolved` are two events of one owner."""
    names = list[str]()
    for name in re.findall(r"`([^`]+)`", cell):
        owner = names[-1].partition(".")[0] if name.startswith(".") else ""
        names.append(owner + name)
    return names
