"""How long a one-time link is good for, and what it is good for."""

from datetime import datetime, timedelta

from contracts.errors import PassRefused
from contracts.vocabulary import PassPurpose

GOOD_FOR = {PassPurpose.LINK: timedelta(minutes=10), PassPurpose.AGENT: timedelta(hours=24)}


def refuse_unusable(*, used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """A pass lets in once and in time. Raises PassRefused, which never says why."""
    if used_at is not None or now >= expires_at:
        raise PassRefused("the pass was used, or its time is over")
