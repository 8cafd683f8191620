"""What a stretch of a message's text is: bold, a link, a command. Offsets are UTF-16 units."""

from dataclasses import dataclass, field, replace
from typing import Any

from botapi import utf16
from botapi.wire import Json

OPAQUE = frozenset({"code", "pre"})


@dataclass(frozen=True)
class Entity:
    type: str
    offset: int
    length: int
    extra: Json = field(default_factory=dict)

    @property
    def end(self) -> int:
        return self.offset + self.length

    def overlaps(self, other: "Entity") -> bool:
        return self.offset < other.end and other.offset < self.end

    def to_json(self) -> Json:
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.extra}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Entity":
        known = {"type", "offset", "length"}
        extra = {key: item for key, item in value.items() if key not in known}
        return cls(str(value["type"]), int(value["offset"]), int(value["length"]), extra)


@dataclass(frozen=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()

    def entities_json(self) -> list[Json]:
        return [entity.to_json() for entity in self.entities]

    def trimmed(self) -> "FormattedText":
        """Without white space at either end; entities move with the text and are clipped to it."""
        without_head = self.text.lstrip()
        cut_off = utf16.length(self.text) - utf16.length(without_head)
        text = without_head.rstrip()
        size = utf16.length(text)
        clipped = (_clip(entity, cut_off, size) for entity in self.entities)
        return FormattedText(text, tuple(entity for entity in clipped if entity.length > 0))


def in_order(entities: list[Entity]) -> tuple[Entity, ...]:
    """By offset, the enclosing before the enclosed; nothing but the text lives inside code."""
    ordered = sorted(entities, key=lambda entity: (entity.offset, -entity.length))
    kept: list[Entity] = []
    for entity in ordered:
        if not any(outer.type in OPAQUE and outer.overlaps(entity) for outer in kept):
            kept.append(entity)
    return tuple(kept)


def _clip(entity: Entity, cut_off: int, size: int) -> Entity:
    start = min(max(entity.offset - cut_off, 0), size)
    end = min(max(entity.end - cut_off, 0), size)
    return replace(entity, offset=start, length=end - start)
