"""What a token may claim of its bearer, for whoever makes tokens and for whoever checks them."""

from typing import Annotated

from pydantic import AfterValidator

USER_ID_LENGTH = 128
EMAIL_LENGTH = 320
LARGEST_TELEGRAM_ID = 2**53 - 1


def _names_a_user(text: str) -> str:
    """`tg:<id>` names people in Telegram; a token must not be able to pretend to be one."""
    if text.lower().startswith("tg:"):
        raise ValueError("tg: at the start is for people in Telegram, not for the app's users")
    if not 1 <= len(text) <= USER_ID_LENGTH or not text.isprintable() or text != text.strip():
        raise ValueError(
            f"must be 1 to {USER_ID_LENGTH} printable characters, without a space at either end"
        )
    return text


def _is_an_address(email: str) -> str:
    if len(email) > EMAIL_LENGTH or not email.isprintable():
        raise ValueError(f"must have at most {EMAIL_LENGTH} printable characters")
    return email


def _is_in_telegram(number: int) -> int:
    if not 1 <= number <= LARGEST_TELEGRAM_ID:
        raise ValueError(f"must be a number from 1 to {LARGEST_TELEGRAM_ID}")
    return number


UserId = Annotated[str, AfterValidator(_names_a_user)]
"""The user's id in the application (`sub`)."""
Email = Annotated[str, AfterValidator(_is_an_address)]
TelegramId = Annotated[int, AfterValidator(_is_in_telegram)]
"""Who the user is in Telegram; the host application vouches for it."""
