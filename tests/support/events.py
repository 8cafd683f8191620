"""Every event that the desk's processes publish."""

from contracts import event, incidents, sla, tickets
from contracts.event import Event


def events() -> list[type[Event]]:
    """The events of all contracts, by type."""
    found = {
        value
        for module in (event, tickets, incidents, sla)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and "type" in vars(value)
    }
    return sorted(found, key=lambda event: event.type)
