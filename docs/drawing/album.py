"""What is to be photographed: messages of a chat as they stood at that moment."""

from dataclasses import dataclass, field

from botapi.sights import ChatMessage
from tests.support.botapi import TelegramWorld


@dataclass(frozen=True)
class Shot:
    """One picture: `viewer` sees what they wrote themselves on the right. `files` are the pictures
    in messages, and `clock` what is added to a message's time, in seconds."""

    name: str
    title: str
    viewer: int
    messages: tuple[ChatMessage, ...]
    files: dict[int, bytes]
    clock: float


@dataclass
class Album:
    """The pictures so far, in the order of the day."""

    telegram: TelegramWorld
    bot: str
    clock: float = 0.0
    shots: list[Shot] = field(default_factory=list)

    def shoot(
        self,
        name: str,
        viewer: int,
        *messages: ChatMessage,
        chat_id: int | None = None,
        bot: str | None = None,
        title: str = "Поддержка",
    ) -> None:
        """Keep these messages as they stand now."""
        chat, bot = viewer if chat_id is None else chat_id, bot or self.bot
        wanted = {message.id for message in messages}
        seen = [one for one in self.telegram.messages(chat, bot=bot) if one.id in wanted]
        files = {
            one.id: self.telegram.file(chat, one.id, bot=bot)
            for one in seen
            if one.photo is not None
        }
        self.shots.append(Shot(name, title, viewer, tuple(seen), files, self.clock))
