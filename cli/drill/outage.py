"""The incident of a drill: declared, told of, and ended, whatever becomes of the drill."""

import time
from collections.abc import Callable
from typing import Any

from cli.drill.stage import Stage
from cli.drill.timeline import look_until

TITLE = {"ru": "не проходят платежи", "en": "payments fail"}
BROKEN_OFF = {"ru": "прерваны, сбоя нет", "en": "broken off, nothing is wrong"}
APPEARS_SECONDS = 10.0
ENDS_SECONDS = 30.0
HOW = "end it with /resolve in ./support chat --as agent."


class Outage:
    """Known by its title, which no other incident has: nobody else's is touched."""

    def __init__(self, stage: Stage) -> None:
        self.title = stage.own(TITLE[stage.desk.locale])
        self.id: int | None = None
        self._stage = stage
        self._is_declared = False
        self._is_ended = False
        self._is_over = False
        self._answered: set[int] = set()

    def declare(self) -> None:
        self._is_declared = True
        self._stage.agent.says(f"/incident {self.title}")

    def seen(self) -> dict[str, Any] | None:
        """As every user is told of it while it is open. Raises NotNow."""
        for incident in self._stage.status()["incidents"]:
            if incident["title"] == self.title:
                self.id = int(incident["id"])
                return dict(incident)
        return None

    def update(self, said: str) -> None:
        self._stage.agent.says(f"/update {said}")

    def is_told(self, said: str) -> bool:
        """Whether the public has read it. Raises NotNow."""
        self._say_which("bot.incident.which.update")
        return self._stage.shows("/status", said)

    def end(self, said: str) -> None:
        self._is_ended = True
        self._stage.agent.says(f"/resolve {said}")

    def is_over(self) -> bool:
        """Whether nobody is told of it any more. Raises NotNow."""
        self._say_which("bot.incident.which.resolve")
        self._is_over = self.seen() is None
        return self._is_over

    def close(self) -> str:
        """End it if it may be open still; the sentence that says what is left to do, if anything.
        Raises nothing, not even when it is interrupted."""
        if not self._is_declared or self._is_over:
            return ""
        try:
            if self.id is None and not self._comes_true(self.seen, APPEARS_SECONDS):
                return f"“{self.title}” was asked for and not seen: if it is declared yet, {HOW}"
            is_over = self._is_closed()
        except (Exception, KeyboardInterrupt):
            is_over = False
        named = f"Incident #{self.id}" if self.id else "The incident"
        return "" if is_over else f"{named} ({self.title}) may be open still: {HOW}"

    def _is_closed(self) -> bool:
        # What was said already may have been slow: said again, it could mean another incident.
        if self._is_ended and self._comes_true(self.is_over, APPEARS_SECONDS):
            return True
        found, _ = look_until(lambda: (self.seen(),), time.monotonic() + APPEARS_SECONDS)
        if found is None or found[0] is None:
            return found is not None  # nobody can tell whether it is open, or it is over
        self.end(self._stage.own(BROKEN_OFF[self._stage.desk.locale]))
        return self._comes_true(self.is_over, ENDS_SECONDS)

    def _comes_true(self, look: Callable[[], object], seconds: float) -> bool:
        seen, _ = look_until(look, time.monotonic() + seconds)
        return bool(seen)

    def _say_which(self, question_id: str) -> None:
        """Somebody else has declared one meanwhile, and the bot asks which is meant: ours."""
        button, agent = f"#{self.id} ", self._stage.agent
        question = agent.heard(str(self._stage.words(question_id)), button=button)
        if question is not None and question.id not in self._answered:
            self._answered.add(question.id)
            agent.presses(question, button)
