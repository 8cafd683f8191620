"""What each tag of Telegram's HTML means as an entity."""

from dataclasses import dataclass

from botapi import links
from botapi.entities import Entity
from botapi.wire import Json

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


@dataclass(frozen=True)
class OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    position: int


def meaning(tag: OpenTag, text: str) -> tuple[str | None, Json]:
    """The entity that a closed tag makes; none for a link that Telegram would not open."""
    if tag.name == "a":
        return _link(tag.attributes.get("href") or text)
    if tag.name == "tg-emoji":
        return "custom_emoji", {"custom_emoji_id": tag.attributes.get("emoji-id", "")}
    if tag.name == "blockquote" and "expandable" in tag.attributes:
        return "expandable_blockquote", {}
    language = tag.attributes.get("class", "")
    if tag.name == "code" and language.startswith("language-"):
        return "code", {"language": language.removeprefix("language-")}
    return TYPES[tag.name], {}


def _link(url: str) -> tuple[str | None, Json]:
    user_id = links.mentioned_user_id(url)
    if user_id is not None:
        return "text_mention", {"user": {"id": user_id}}
    address = links.checked(url)
    return ("text_link", {"url": address}) if address else (None, {})


def join_code(entities: list[Entity]) -> list[Entity]:
    """A code tag with a language that fills a pre is that pre's language, and no entity itself."""
    languages = {(e.offset, e.length): e.extra for e in entities if e.type == "code"}
    spans = {(e.offset, e.length) for e in entities if e.type == "pre"}
    joined: list[Entity] = []
    for entity in entities:
        span = (entity.offset, entity.length)
        if entity.type == "pre":
            joined.append(Entity("pre", *span, languages.get(span, {})))
        elif entity.type != "code":
            joined.append(entity)
        elif span not in spans:
            joined.append(Entity("code", *span))
    return joined
