"""What was drawn of the same knowledge before, so that a crowd costs no more than one reader.

A key must name everything the drawing depends on. Drawn twice at once it is, kept twice it is not.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

KEPT = 32


class Drawings:
    """The last `kept` of them, by what was asked for last."""

    def __init__(self, kept: int = KEPT) -> None:
        self._drawn: OrderedDict[Hashable, str] = OrderedDict()
        self._kept = kept
        self._turn = threading.Lock()

    def get(self, key: Hashable, draw: Callable[[], str]) -> str:
        """The one kept under `key`, or a new one."""
        with self._turn:
            if key in self._drawn:
                self._drawn.move_to_end(key)
                return self._drawn[key]
        drawn = draw()
        with self._turn:
            self._drawn[key] = drawn
            while len(self._drawn) > self._kept:
                self._drawn.popitem(last=False)
        return drawn
