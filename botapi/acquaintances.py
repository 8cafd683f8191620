"""Who lives here and which bots they have met, kept in a file over a restart.

So a bot may write to the same people as before; what was said is not kept.
"""

import json
from dataclasses import asdict
from pathlib import Path

from botapi.people import Person
from botapi.wire import Json
from botapi.world import World
from botapi.writing import write_whole


class Acquaintances:
    """The file, and what it says. Whoever calls a method holds the world's lock."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: list[Json] = json.loads(file.read_text("utf-8")) if file.exists() else []

    def recall(self, world: World) -> None:
        """Bring everybody back, in front of the bots that live here now."""
        for entry in self._kept:
            person = Person(**entry["person"])
            world.people[person.id] = person
            for bot in world.bots.values():
                conversation = world.conversation(bot, person.id)
                conversation.is_met = bot.id in entry["has_met"]
                conversation.is_blocked = bot.id in entry["has_blocked"]

    def keep(self, world: World) -> None:
        """Write down what has changed."""
        found = [_entry(world, person) for person in world.people.values()]
        if found != self._kept:
            self._kept = found
            write_whole(self._file, json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def _entry(world: World, person: Person) -> Json:
    chats = [world.conversation(bot, person.id) for bot in world.bots.values()]
    return {
        "person": asdict(person),
        "has_met": [chat.bot.id for chat in chats if chat.is_met],
        "has_blocked": [chat.bot.id for chat in chats if chat.is_blocked],
    }
