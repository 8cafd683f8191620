"""Declares what the processes' own handlers ask for.

python -m chassis.declare <process> [<process> …]
"""

import importlib
import sys
from importlib.util import find_spec

from chassis.broker.topology import Subscription, declare
from chassis.service.listening import declared_by
from chassis.settings import ConfigurationError, ProcessSettings, load


def subscriptions_of(process: str) -> list[Subscription]:
    """What a process listens to: its nameko service's handlers, or its own `SUBSCRIPTIONS`."""
    if find_spec(f"services.{process}.service") is not None:
        return declared_by(importlib.import_module(f"services.{process}.service"))
    return list(importlib.import_module(f"services.{process}.subscriptions").SUBSCRIPTIONS)


def main(processes: list[str]) -> None:
    """Declare what the named processes need; exit code 2 when the settings are wrong."""
    try:
        amqp_url = load(ProcessSettings).amqp_url
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    declare(amqp_url, [one for process in processes for one in subscriptions_of(process)])


if __name__ == "__main__":
    main(sys.argv[1:])
