"""Who handles what the bot listens to."""

from collections.abc import Callable, Collection
from typing import Any

from chassis.broker.topology import Subscription
from chassis.clock import Clock
from services.bot.settings import MainBot
from services.bot.speech import Languages
from services.bot.subscriptions import SUBSCRIPTIONS
from services.bot.telling.audience import Audience
from services.bot.telling.clock_notices import ClockNotices
from services.bot.telling.incident_notices import IncidentNotices
from services.bot.telling.notices import Notices
from services.bot.telling.request_notices import RequestNotices


def handlers(
    languages: Languages,
    clock: Clock,
    lead_ids: Collection[int] = (),
    group_id: int | None = None,
    *,
    main_bot: MainBot | None = None,
) -> dict[Subscription, Callable[..., Any]]:
    """The method that a subscription names, of whichever notices have it."""
    audience = Audience(languages.own, clock, group_id)
    notices = (
        Notices(languages, clock, audience),
        RequestNotices(languages, clock, audience, main_bot),
        ClockNotices(languages, clock, audience, lead_ids),
        IncidentNotices(languages, clock, audience),
    )
    return {
        one: next(getattr(each, one.handler) for each in notices if hasattr(each, one.handler))
        for one in SUBSCRIPTIONS
    }
