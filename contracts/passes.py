"""One-time links into the support bot: what stands in them, and what of that the desk keeps.

Only whoever hands a link out and whoever opens it hold the token. Between the processes goes its
digest, and that alone is stored: whoever reads a database, a log or the broker can open nothing.
"""

import hashlib
import secrets

from contracts.vocabulary import PassPurpose

INVITE = "invite:"
"""Before the name of whoever invited an agent, in `allowed_by`."""
USERNAME = "username"
"""Where the bot's answer to a ping has its name in Telegram, once it knows it."""
TOKEN_BYTES = 24
"""Telegram takes 64 characters of A-Z a-z 0-9 _ - after `?start=`; these make 32 of them."""


def new_token() -> str:
    """192 bits that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token. Looking for it takes no longer for a token that is nearly right."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start_link(bot_username: str, purpose: PassPurpose, token: str) -> str:
    """The address that opens the bot and shows it the token."""
    return f"https://t.me/{bot_username}?start={purpose.value}_{token}"


def token_after_start(argument: str, purpose: PassPurpose) -> str | None:
    """What was shown as a token for this purpose, right or wrong; None for another `/start`."""
    prefix = f"{purpose.value}_"
    return argument[len(prefix) :] if argument.startswith(prefix) else None
