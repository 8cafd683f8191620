"""The updates that wait for one bot, numbered, until an offset confirms them."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Condition

from botapi.wire import Json

# What Telegram sends only to a bot that names it in allowed_updates.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateFeed:
    """The world's lock guards it, which `changed` is of: a condition that wakes whoever is to bring
    the updates to their bot."""

    def __init__(self, first_id: int, changed: Condition) -> None:
        self._next_id = first_id
        self._changed = changed
        self._waiting: deque[Json] = deque()
        self._turn = 0
        self.allowed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._waiting)

    def allow(self, kinds: Sequence[str]) -> None:
        """Choose the kinds of updates that come from now on; an empty list is the default."""
        self.allowed = tuple(kinds)

    def add(self, kind: str, content: Json) -> None:
        """Number an update and let it wait, unless the bot does not want its kind."""
        is_wanted = kind in self.allowed if self.allowed else kind not in ON_REQUEST
        if is_wanted:
            self._waiting.append({"update_id": self._next_id, kind: content})
            self._next_id += 1
            self._changed.notify_all()

    def confirm(self, offset: int) -> None:
        """Forget what comes before the offset; a negative one counts from the end."""
        if offset < 0:
            offset = self._next_id + offset
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()

    def remove(self, update_id: int) -> None:
        """Forget one that its bot's webhook has taken."""
        self._waiting = deque(one for one in self._waiting if one["update_id"] != update_id)

    def __iter__(self) -> Iterator[Json]:
        return iter(self._waiting)

    def first(self, limit: int) -> list[Json]:
        return list(islice(self._waiting, limit))

    def clear(self) -> None:
        self._waiting.clear()

    def take_turn(self) -> int:
        """Become the one poller; who held an earlier turn finds that it is over."""
        self._turn += 1
        self._changed.notify_all()
        return self._turn

    def has_turn(self, turn: int) -> bool:
        return turn == self._turn
