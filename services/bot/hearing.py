"""Who handles what the bot listens to."""

from collections.abc import Callable, Collection
from typing import Any

from chassis.broker.topology import Subscription
from chassis.clock import Clock
from services.bot.clock_notices import ClockNotices
from services.bot.incident_notices import IncidentNotices
from services.bot.notices import Notices
from services.bot.request_notices import RequestNotices
from services.bot.speech import Languages
from services.bot.subscriptions import SUBSCRIPTIONS


def handlers(
    languages: Languages, clock: Clock, lead_ids: Collection[int] = ()
) -> dict[Subscription, Callable[..., Any]]:
    """The method that a subscription names, of whichever notices have it."""
    notices = (
        Notices(languages, clock),
        RequestNotices(languages, clock),
        ClockNotices(languages, clock, lead_ids),
        IncidentNotices(languages, clock),
    )
    return {
        one: next(getattr(each, one.handler) for each in notices if hasattr(each, one.handler))
        for one in SUBSCRIPTIONS
    }
