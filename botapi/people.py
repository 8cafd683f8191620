"""Who takes part: people, groups and bots, and how Telegram describes each of them."""

from dataclasses import dataclass, field

from botapi.updates import UpdateFeed
from botapi.wire import Json

SUPERGROUPS_BELOW = -1_000_000_000_000


@dataclass
class Person:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    def user_json(self) -> Json:
        names = {"last_name": self.last_name, "username": self.username}
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name, **names}
        return _present({**user, "language_code": self.language_code})

    def chat_json(self) -> Json:
        """The private chat that a bot has with this person; it bears the person's id."""
        names = {"last_name": self.last_name, "username": self.username}
        return _present({"id": self.id, "type": "private", "first_name": self.first_name, **names})


@dataclass
class Group:
    id: int
    title: str
    people: set[int] = field(default_factory=set)
    bots: set[int] = field(default_factory=set)
    is_forum: bool = False
    managers: set[int] = field(default_factory=set)
    """The bots that are administrators who may manage topics."""
    owner: int = 0

    def may_manage_topics(self, who: int) -> bool:
        return who == self.owner or who in self.managers

    def chat_json(self) -> Json:
        kind = "supergroup" if self.id < SUPERGROUPS_BELOW else "group"
        chat: Json = {"id": self.id, "type": kind, "title": self.title}
        return chat | ({"is_forum": True} if self.is_forum else {})


Chat = Person | Group


@dataclass
class Webhook:
    """Where updates are carried to (`botapi.webhooks`), and how that goes."""

    url: str
    max_connections: int
    secret: str = ""
    last_error: tuple[float, str] | None = None
    in_hand: dict[int, int] = field(default_factory=dict)
    """The updates that are being carried, each with its chat."""
    next_try_at: dict[int, float] = field(default_factory=dict)
    _delays: dict[int, float] = field(default_factory=dict)

    def note_failure(self, update_id: int, reason: str, now: float) -> None:
        """It comes again, each time twice as late, a minute at most."""
        delay = min(2 * self._delays.get(update_id, 0.5), 60.0)
        self._delays[update_id] = delay
        self.next_try_at[update_id] = now + delay
        self.last_error = (now, reason)

    def forget(self, update_id: int) -> None:
        self._delays.pop(update_id, None)
        self.next_try_at.pop(update_id, None)


@dataclass
class Bot:
    """One token. `reads_group` is off as with any new bot: see `actions.concerns`."""

    token: str
    username: str
    first_name: str
    updates: UpdateFeed
    reads_group: bool = False
    webhook: Webhook | None = None
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def user_json(self) -> Json:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.first_name,
            "username": self.username,
        }

    def me_json(self) -> Json:
        return {
            **self.user_json(),
            "can_join_groups": True,
            "can_read_all_group_messages": self.reads_group,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


def _present(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}
