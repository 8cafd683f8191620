"""Which addresses Telegram takes as links; the others are text, or an error on a button."""

from urllib.parse import parse_qs, urlsplit

SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def checked(url: str) -> str | None:
    """The link as Telegram stores it, or None: a host without a dot, such as localhost, is none."""
    address = url.strip()
    if "://" not in address:
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in SCHEMES or any(character.isspace() for character in address):
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return address
    if "." not in (parts.hostname or "").strip("."):
        return None
    return address if parts.path or parts.query or parts.fragment else f"{address}/"


def mentioned_user_id(url: str) -> int | None:
    """The user whom `tg://user?id=…` mentions."""
    parts = urlsplit(url)
    if parts.scheme != "tg" or parts.netloc != "user":
        return None
    value = parse_qs(parts.query).get("id", [""])[0]
    return int(value) if value.isdecimal() else None
