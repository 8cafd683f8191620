"""The card at the head of a process says what the process does, all of it."""

import importlib
import re
from typing import Any

import pytest

from chassis.declare import subscriptions_of
from chassis.service.rpc import Rpc
from tests.support.events import events

SERVICES = ("tickets", "incidents", "sla")
NOUN_OF = {"tickets": "ticket", "incidents": "incident", "sla": "sla"}


def words_on_card(process: str) -> set[str]:
    card = importlib.import_module(f"services.{process}").__doc__ or ""
    return {name_of(word.strip(".")) for word in re.findall(r"[a-z0-9_.]+", card)}


def name_of(event_type: str) -> str:
    return event_type.removesuffix(".v1")


def answered_by(process: str) -> set[str]:
    """The names of a service's RPCs."""
    service = importlib.import_module(f"services.{process}.service")
    classes: list[Any] = [one for one in vars(service).values() if hasattr(one, "relay")]
    return {
        name
        for one in classes
        for name, member in vars(one).items()
        if any(isinstance(entry, Rpc) for entry in getattr(member, "nameko_entrypoints", ()))
    }


@pytest.mark.parametrize("process", SERVICES)
def test_a_card_names_every_rpc(process: str) -> None:
    answered = answered_by(process)

    assert answered
    assert answered - words_on_card(process) == set()


@pytest.mark.parametrize("process", SERVICES)
def test_a_card_names_every_event_that_the_process_publishes(process: str) -> None:
    published = {name_of(e.type) for e in events() if e.type.startswith(f"{NOUN_OF[process]}.")}

    assert published
    assert published - words_on_card(process) == set()


@pytest.mark.parametrize("process", [*SERVICES, "bot"])
def test_a_card_names_every_event_that_the_process_hears(process: str) -> None:
    heard = {name_of(one.event.type) for one in subscriptions_of(process)}

    assert heard - words_on_card(process) == set()
