"""How long a one-time link is good for, and what it is good for."""

from datetime import datetime, timedelta

from contracts.errors import PassRefused
from contracts.vocabulary import PassPurpose

GOOD_FOR = {PassPurpose.LINK: timedelta(minutes=10), PassPurpose.AGENT: timedelta(hours=24)}

SHOWN_OF_ID = 4
"""Characters of an account's id that its owner may know it by."""


def refuse_unusable(*, used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """A pass lets in once and in time. Raises PassRefused, which never says why."""
    if used_at is not None or now >= expires_at:
        raise PassRefused("the pass was used, or its time is over")


def hint_of(account_id: str, email: str | None) -> str:
    """By what its owner knows an account, with most of it hidden from whoever else is shown it."""
    mailbox, _, host = (email or "").rpartition("@")
    if mailbox and host:
        return f"{mailbox[0]}…@{host}"
    return f"…{account_id[-SHOWN_OF_ID:]}" if len(account_id) >= 2 * SHOWN_OF_ID else ""
