"""How fast Telegram lets us speak: per chat, per group, and over all. Pure; seconds are given.

When a call reaches Telegram is not known, only that it lies between its begin and its answer. So a
call counts from its begin on, and for as long after its answer as the limit asks: whatever the
network does, Telegram never sees more than the limit in any such stretch of time.
"""

from collections import deque
from typing import NamedTuple

CHAT_SECONDS = 1.0
GROUP_MINUTE = 20
OVERALL_SECOND = 25
CROWD_GAP_SECONDS = 1 / OVERALL_SECOND
CROWD_LATE_SECONDS = 0.2
MINUTE_SECONDS = 60.0
_MANY_CHATS = 10_000


class _Call(NamedTuple):
    """What has no answer yet: an album is so many messages at once; an edit is none in its chat."""

    messages: int
    is_edit: bool


class Pace:
    """Tells how long a chat has to wait, given what was sent and what Telegram asked for."""

    def __init__(self) -> None:
        self._next_at: dict[int, float] = {}
        self._left_alone_until: dict[int, float] = {}
        self._minutes: dict[int, deque[float]] = {}
        self._second: deque[float] = deque()
        self._crowd_next_at = 0.0
        self._in_air: dict[int, _Call] = {}
        """By chat."""

    def wait(self, chat_id: int, now: float, messages: int = 1) -> float:
        """Seconds until the next message to a chat may go, or the next album of so many; 0 when it
        may go now."""
        return max(
            0.0,
            self._next_at.get(chat_id, now) - now,
            self._left_alone_until.get(chat_id, now) - now,
            self._minute_wait(chat_id, now, messages),
            self.overall_wait(now, messages),
        )

    def edit_wait(self, chat_id: int, now: float) -> float:
        """Seconds until a message in a chat may be edited: it has no rhythm, but may be left
        alone."""
        return max(0.0, self._left_alone_until.get(chat_id, now) - now, self.overall_wait(now))

    def overall_wait(self, now: float, messages: int = 1) -> float:
        """Seconds until anything may go."""
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        in_air = sum(call.messages for call in self._in_air.values())
        too_many = len(self._second) + in_air + messages - OVERALL_SECOND
        if too_many <= 0:
            return 0.0
        return self._second[too_many - 1] + 1 - now if too_many <= len(self._second) else 1.0

    def crowd_wait(self, now: float) -> float:
        """Seconds until the next of what goes to very many chats may go. These flow evenly: sent
        all at once they would fill every second at its begin, and an answer would wait for the
        next."""
        return max(0.0, self._crowd_next_at - now)

    def note_crowd(self, now: float) -> None:
        """One of them begins; what was missed lately may be made up for."""
        self._crowd_next_at = max(self._crowd_next_at, now - CROWD_LATE_SECONDS) + CROWD_GAP_SECONDS

    def note_begin(self, chat_id: int, messages: int = 1, *, is_edit: bool = False) -> None:
        """A call for a chat begins; the chat has no other. An edit counts over all, not there."""
        self._in_air[chat_id] = _Call(messages, is_edit)

    def note_end(self, chat_id: int, now: float) -> None:
        """The chat's call was answered, or given up. Said again it changes nothing."""
        call = self._in_air.pop(chat_id, None)
        if call is None:
            return
        self._second.extend([now] * call.messages)
        if not call.is_edit:
            self._note_in_chat(chat_id, now, call.messages)

    def remember(self, chat_id: int, at: float, messages: int = 1) -> None:
        """A message, or an album of so many, went out before this began to count; the oldest is
        told of first."""
        self._second.extend([at] * messages)
        self._note_in_chat(chat_id, at, messages)

    def hold(self, chat_id: int, seconds: float, now: float) -> None:
        """Leave a chat alone for so long, as Telegram asked; its messages are not edited either."""
        _put_off(self._left_alone_until, chat_id, now, seconds)

    def _note_in_chat(self, chat_id: int, now: float, messages: int = 1) -> None:
        _put_off(self._next_at, chat_id, now, messages * CHAT_SECONDS)
        if chat_id < 0:
            self._minutes.setdefault(chat_id, deque()).extend([now] * messages)

    def _minute_wait(self, chat_id: int, now: float, messages: int) -> float:
        minute = self._minutes.get(chat_id)
        if minute is None:
            return 0.0
        while minute and minute[0] <= now - MINUTE_SECONDS:
            minute.popleft()
        too_many = len(minute) + messages - GROUP_MINUTE
        return 0.0 if too_many <= 0 else minute[too_many - 1] + MINUTE_SECONDS - now


def _put_off(chats: dict[int, float], chat_id: int, now: float, seconds: float) -> None:
    """Not before so many seconds have passed; what is over is forgotten when there is much."""
    chats[chat_id] = max(chats.get(chat_id, 0.0), now + seconds)
    if len(chats) > _MANY_CHATS:
        for chat in [chat for chat, at in chats.items() if at <= now]:
            del chats[chat]
