"""What Telegram finds in a text by itself: commands, mentions, hashtags, addresses."""

import re

from botapi import utf16
from botapi.entities import Entity, FormattedText, in_order

PATTERNS = {
    "url": re.compile(r"https?://[^\s<>\"]*[^\s<>\".,:;!?)\]']"),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "bot_command": re.compile(
        r"(?<![\w/<>])/[A-Z0-9_]{1,64}(?:@[A-Z0-9_]{3,32})?(?![\w/<>])", re.IGNORECASE
    ),
    "mention": re.compile(r"(?<![\w.])@[A-Za-z0-9_]{4,32}(?!\w)"),
    "hashtag": re.compile(r"(?<!\w)#\w*[^\W\d]\w*"),
}
EXCLUSIVE = frozenset({"code", "pre", "text_link", "text_mention", *PATTERNS})


def detect(formatted: FormattedText) -> FormattedText:
    """Add what is found outside of code, links and what was found before."""
    offsets = utf16.offsets(formatted.text)
    entities = list(formatted.entities)
    taken = [entity for entity in entities if entity.type in EXCLUSIVE]
    for kind, pattern in PATTERNS.items():
        for found in pattern.finditer(formatted.text):
            start, end = offsets[found.start()], offsets[found.end()]
            entity = Entity(kind, start, end - start)
            if not any(entity.overlaps(other) for other in taken):
                taken.append(entity)
                entities.append(entity)
    return FormattedText(formatted.text, in_order(entities))
