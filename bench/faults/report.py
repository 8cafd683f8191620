"""What a measurement says: figures with the promise beside them, and whether it held."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import click


@dataclass
class Report:
    """Prints each figure as it becomes known; `broken` are the promises that did not hold."""

    kinds: Sequence[str] = ("postgresql", "sqlite")
    """The databases on which what depends on them is measured."""
    broken: list[str] = field(default_factory=list)
    promises: int = 0

    def tell(self, words: str) -> None:
        """A figure without a promise."""
        click.echo(f"         {words}")

    def promise(self, words: str, *, holds: bool) -> None:
        """A figure that was promised."""
        click.echo(f"{'ok' if holds else 'BROKEN':<8} {words}")
        self.promises += 1
        if not holds:
            self.broken.append(words)

    def has_held(self) -> bool:
        """Name again what did not hold, for whoever reads only errors; did all hold?"""
        for broken in self.broken:
            click.echo(f"BROKEN   {broken}", err=True)
        click.echo(f"\n{len(self.broken)} of {self.promises} promises did not hold.")
        return not self.broken

    def faults(self, found: Sequence[str]) -> None:
        """What the judge found."""
        for fault in found[:20]:
            self.tell(fault)
        self.promise(f"{len(found)} broken promises in the history", holds=not found)


def chosen(names: Collection[str], known: Collection[str]) -> Collection[str]:
    """The measurements that were named, all when none was. Raises UsageError for others."""
    if unknown := sorted(set(names) - set(known)):
        strange, choice = ", ".join(unknown), ", ".join(known)
        raise click.UsageError(f"No measurement is named {strange}: choose from {choice}.")
    return names or known


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least so large a share of them does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-int(len(ranked) * share * 1000) // 1000) - 1)] if ranked else 0.0
