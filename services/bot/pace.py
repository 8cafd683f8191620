"""How fast Telegram lets us speak: per chat, per group, and over all. Pure; seconds are given."""

from collections import deque

PRIVATE_SECONDS = 1.0
GROUP_SECONDS = 1.0
GROUP_MINUTE = 20
OVERALL_SECOND = 25
_MANY_CHATS = 10_000


class Pace:
    """Tells how long a chat has to wait, given what was sent and what Telegram asked for."""

    def __init__(self) -> None:
        self._next_at: dict[int, float] = {}
        self._minutes: dict[int, deque[float]] = {}
        self._second: deque[float] = deque()

    def wait(self, chat_id: int, now: float, messages: int = 1) -> float:
        """Seconds until the next message to a chat may go, or an album of so many; 0 when it may
        go now."""
        return max(
            0.0,
            self._next_at.get(chat_id, now) - now,
            self._minute_wait(chat_id, now, messages),
            self.overall_wait(now, messages),
        )

    def overall_wait(self, now: float, messages: int = 1) -> float:
        """Seconds until anything may go."""
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        too_many = len(self._second) + messages - OVERALL_SECOND
        return 0.0 if too_many <= 0 else self._second[too_many - 1] + 1 - now

    def note_sent(self, chat_id: int, now: float, messages: int = 1) -> None:
        """A message to a chat goes out now, or an album: each of its parts counts."""
        self._second.extend([now] * messages)
        pause = messages * (PRIVATE_SECONDS if chat_id > 0 else GROUP_SECONDS)
        self._next_at[chat_id] = max(self._next_at.get(chat_id, 0.0), now + pause)
        if chat_id < 0:
            self._minutes.setdefault(chat_id, deque()).extend([now] * messages)
        if len(self._next_at) > _MANY_CHATS:
            self._next_at = {chat: at for chat, at in self._next_at.items() if at > now}

    def note_edited(self, now: float) -> None:
        """An edit counts over all, not in its chat."""
        self._second.append(now)

    def hold(self, chat_id: int, seconds: float, now: float) -> None:
        """Leave a chat alone for so long."""
        self._next_at[chat_id] = max(self._next_at.get(chat_id, 0.0), now + seconds)

    def _minute_wait(self, chat_id: int, now: float, messages: int) -> float:
        minute = self._minutes.get(chat_id)
        if minute is None:
            return 0.0
        while minute and minute[0] <= now - 60:
            minute.popleft()
        too_many = len(minute) + messages - GROUP_MINUTE
        return 0.0 if too_many <= 0 else minute[too_many - 1] + 60 - now
