"""When each step of a drill began, how long it took, and whether that was soon enough."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cli.gateway import NotNow

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
        self,
        name: str,
        look: Callable[[], Seen | None],
        within: float = LONGEST_SECONDS,
        every: float = PAUSE_SECONDS,
    ) -> Seen | None:
        """Look every `every` seconds until there is something to see, and tell the seconds from now
        to then. It may take `within` seconds, and is waited for longer, so that the figure is
        known. What the desk refuses for now is asked for again when it says."""
        since = time.monotonic()
        seen, refused = look_until(look, since + max(within, LONGEST_SECONDS), every)
        if not seen:
            self._tell(since, "did not happen", name)
            self.missed.append(f"{name}: it did not happen{f' ({refused})' if refused else ''}")
            return None
        took = time.monotonic() - since
        if took > within:
            self.missed.append(f"{name}: {took:.1f} s, {within:.1f} s at most")
        self._tell(since, f"{took:.2f} s", name)
        return seen

    def note(self, name: str) -> None:
        """Something was done; nothing to wait for."""
        self._tell(time.monotonic(), "", name)

    def broke_off(self, why: str) -> None:
        """What was to come will not."""
        self._tell(time.monotonic(), "", "the drill breaks off")
        self.missed.append(f"the drill broke off: {why}")

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


def look_until(
    look: Callable[[], Seen | None], deadline: float, every: float = PAUSE_SECONDS
) -> tuple[Seen | None, str]:
    """What was seen before the deadline, a monotonic time, or why the desk would not let us look
    when we last did."""
    while True:
        pause, refused = every, ""
        try:
            if seen := look():
                return seen, ""
        except NotNow as refusal:
            pause, refused = max(every, refusal.seconds), str(refusal)
        left = deadline - time.monotonic()
        if left <= 0:
            return None, refused
        time.sleep(min(pause, left))  # nobody tells a step's end; the desk is looked at
