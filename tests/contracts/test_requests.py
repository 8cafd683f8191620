"""Requests as they once went over the wire are answered for ever. The examples are never edited.

A gateway or bot of the version before asks the services of this one while an upgrade lasts.
"""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from nameko.containers import ServiceContainer

from chassis.rpc.wire import request_body
from chassis.service.rpc import Rpc
from cli.desk import SERVICES
from tests.support.examples import lost

EXAMPLES = Path(__file__).parent / "examples" / "rpc"


def container_of(process: str) -> ServiceContainer:
    module = importlib.import_module(f"services.{process}.service")
    service = next(one for one in vars(module).values() if getattr(one, "name", "") == process)
    return ServiceContainer(service, {"AMQP_URI": "amqp://nowhere"})


CONTAINERS = [container_of(process) for process in SERVICES]
ENTRYPOINTS = {
    f"{container.service_name}.{one.method_name}": one
    for container in CONTAINERS
    for one in container.entrypoints
    if isinstance(one, Rpc)
}


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def read(name: str, request: Any) -> Any:
    """What the method of today is called with, as it would be sent today."""
    entrypoint = ENTRYPOINTS[name]
    entrypoint.setup()
    arguments = entrypoint._parsed(request)
    return json.loads(request_body(arguments[0] if arguments else None))


@pytest.mark.parametrize("name", sorted(ENTRYPOINTS))
def test_todays_service_reads_the_stored_request_and_loses_nothing(name: str) -> None:
    assert lost(example(name), read(name, example(name))) == []


@pytest.mark.parametrize("name", sorted(ENTRYPOINTS))
def test_a_field_that_a_newer_caller_adds_is_no_trouble(name: str) -> None:
    newer = example(name)
    for argument in newer["args"]:
        argument["added_later"] = {"by": "somebody"}

    assert read(name, newer) == read(name, example(name))


def test_every_example_is_of_a_method_that_still_answers() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(ENTRYPOINTS)
