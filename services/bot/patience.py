"""How long to rest after failures. Pure."""

from dataclasses import dataclass

DOUBLINGS = 10
"""More come to nothing, since every longest rest is reached by then; a thousand of them, after some
hours of an outage, would be more than a float can hold."""


@dataclass(frozen=True)
class Patience:
    """Rests in seconds: the first, and twice as long after each further failure, to the longest."""

    first: float
    longest: float

    def after(self, failures: int) -> float:
        """The rest after so many failures in a row, at least one."""
        return min(self.first * 2.0 ** min(failures - 1, DOUBLINGS), self.longest)
