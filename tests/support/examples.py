"""What the tests of stored messages share."""

from typing import Any


def lost(stored: Any, kept: Any, place: str = "") -> list[str]:
    """The places where the example says something that reading it has dropped or changed."""
    if isinstance(stored, dict) and isinstance(kept, dict):
        return [
            fault
            for name, value in stored.items()
            for fault in lost(value, kept.get(name), f"{place}.{name}")
        ]
    if isinstance(stored, list) and isinstance(kept, list) and len(stored) == len(kept):
        pairs = enumerate(zip(stored, kept, strict=True))
        return [fault for n, (was, now) in pairs for fault in lost(was, now, f"{place}[{n}]")]
    return [] if stored == kept else [place]
