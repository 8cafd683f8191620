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

    def wait(self, chat_id: int, now: float) -> float:
        """Seconds until the next message to a chat may go; 0 when it may go now."""
        return max(
            0.0,
            self._next_at.get(chat_id, now) - now,
            self._minute_wait(chat_id, now),
            self.overall_wait(now),
        )

    def overall_wait(self, now: float) -> float:
        """Seconds until anything may go."""
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        if len(self._second) < OVERALL_SECOND:
            return 0.0
        return self._second[0] + 1 - now

    def note_sent(self, chat_id: int, now: float) -> None:
        """A message to a chat goes out now."""
        self._second.append(now)
        pause = PRIVATE_SECONDS if chat_id > 0 else GROUP_SECONDS
        self._next_at[chat_id] = max(self._next_at.get(chat_id, 0.0), now + pause)
        if chat_id < 0:
            self._minutes.setdefault(chat_id, deque()).append(now)
        if len(self._next_at) > _MANY_CHATS:
            self._next_at = {chat: at for chat, at in self._next_at.items() if at > now}

    def note_edited(self, now: float) -> None:
        """An edit counts over all, not in its chat."""
        self._second.append(now)

    def hold(self, chat_id: int, seconds: float, now: float) -> None:
        """Leave a chat alone for so long."""
        self._next_at[chat_id] = max(self._next_at.get(chat_id, 0.0), now + seconds)

    def _minute_wait(self, chat_id: int, now: float) -> float:
        minute = self._minutes.get(chat_id)
        if minute is None:
            return 0.0
        while minute and minute[0] <= now - 60:
            minute.popleft()
        return 0.0 if len(minute) < GROUP_MINUTE else minute[0] + 60 - now
