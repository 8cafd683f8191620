"""How what the desk writes reaches the requester."""

from contracts.vocabulary import Delivery, Source


def delivery_at_first(source: Source) -> Delivery:
    """In the app a message is delivered when it is committed; in Telegram the bot carries it."""
    return Delivery.DELIVERED if source == Source.APP else Delivery.PENDING
