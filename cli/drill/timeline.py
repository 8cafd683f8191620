"""When each step of a drill began, how long it took, and whether that was soon enough."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

LONGEST_SECONDS = 30.0
PAUSE_SECONDS = 0.05

Seen = TypeVar("Seen")


@dataclass
class Timeline:
    """Prints a line a step; `missed` names the steps that did not come true, or too late."""

    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    missed: list[str] = field(default_factory=list)

    def wait(
        self, name: str, look: Callable[[], Seen | None], within: float = LONGEST_SECONDS
    ) -> Seen | None:
        """Look until there is something to see, and tell the seconds from now to then. It may take
        `within` seconds, and is waited for longer, so that the figure is known."""
        since = time.monotonic()
        while not (seen := look()):
            if time.monotonic() - since > max(within, LONGEST_SECONDS):
                self._tell(since, "did not happen", name)
                self.missed.append(name)
                return None
            time.sleep(PAUSE_SECONDS)  # nobody tells a step's end; the desk is looked at
        took = time.monotonic() - since
        if took > within:
            self.missed.append(f"{name}: {took:.1f} s, {within:.1f} s at most")
        self._tell(since, f"{took:.2f} s", name)
        return seen

    def note(self, name: str) -> None:
        """Something was done; nothing to wait for."""
        self._tell(time.monotonic(), "", name)

    @property
    def has_held(self) -> bool:
        return not self.missed

    def summary(self) -> str:
        """The last line."""
        took = time.monotonic() - self.began
        if self.has_held:
            return f"The drill took {took:.0f} s; every step came true in time."
        return "\n".join(["Not as it should be:", *(f"  {one}" for one in self.missed)])

    def _tell(self, at: float, took: str, name: str) -> None:
        self.say(f"+{at - self.began:6.1f} s  {took:>15}  {name}")
