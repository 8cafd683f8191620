"""What is said of an update whose handling has ended the bot each time. It is kept, and let be:
tried once more it would end the bot once more, for everybody."""

import json

from services.bot.letters import Letter
from services.bot.models import StoredUpdate
from services.bot.speech import Languages

REASON = "Deadly: the process ended each time that this was being handled"


def excuse(row: StoredUpdate, languages: Languages) -> Letter | None:
    """To whoever wrote or pressed; None for what nobody waits for. Reads as little as it can of
    what may be at fault."""
    told = json.loads(row.body)
    pressed, message = told.get("callback_query"), told.get("message")
    if not pressed and not message:
        return None
    who = (pressed or message).get("from", {})
    return Letter(
        chat_id=row.chat_id,
        text=languages.of(who.get("language_code"))("bot.error.deadly"),
        reply_to=message["message_id"] if message else None,
    )
