"""What the broker says of messages that were published on one channel."""

from collections.abc import Sequence
from typing import Any

from amqp import Channel


class Confirms:
    """Listens to a channel that is in confirm mode. After a failure channel and all are let go."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        channel.confirm_select()
        channel.events["basic_ack"].add(self._note_taken)
        channel.events["basic_nack"].add(self._note_refused)
        channel.events["basic_return"].add(self._note_returned)
        self._last_tag = 0
        """RabbitMQ counts what is published on a channel from 1."""
        self._due: dict[int, int] = {}
        """Places of messages by their tags."""

    def begin(
        self,
        keys: Sequence[tuple[str, str]],
        *,
        taken: set[int],
        unroutable: set[int],
        refused: set[int],
    ) -> None:
        """From now on it is about messages with these routing keys and ids. What becomes of them is
        noted by their places in those sets."""
        self._keys = keys
        self._taken, self._unroutable, self._refused = taken, unroutable, refused

    def expect(self, place: int) -> None:
        """The message in this place is the next to be published."""
        self._last_tag += 1
        self._due[self._last_tag] = place

    @property
    def are_due(self) -> bool:
        """Is there a message of which the broker has said nothing yet?"""
        return bool(self._due)

    def _note_taken(self, tag: int, is_about_all_before: bool) -> None:
        places = {self._due.pop(due) for due in self._tags(tag, is_about_all_before)}
        self._taken |= places - self._unroutable

    def _note_refused(self, tag: int, is_about_all_before: bool) -> None:
        for due in self._tags(tag, is_about_all_before):
            self._refused.add(self._due.pop(due))

    def _tags(self, tag: int, is_about_all_before: bool) -> list[int]:
        return [due for due in self._due if due <= tag] if is_about_all_before else [tag]

    def _note_returned(self, _error: Any, _exchange: str, routing_key: str, message: Any) -> None:
        """The broker returns a message before it confirms it, and in the order of publishing."""
        key = (routing_key, message.properties.get("message_id"))
        open_places = (place for place in self._due.values() if place not in self._unroutable)
        self._unroutable.add(next(place for place in open_places if self._keys[place] == key))
