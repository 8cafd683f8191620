"""What the app is told so that its user can go on in Telegram."""

from pydantic import Field

from contracts.event import Instant
from services.gateway.shapes.shape import Shape


class TelegramLink(Shape):
    url: str = Field(
        description="Opens the support bot and shows it a token, which works once. To be given to "
        "the caller alone, and kept nowhere."
    )
    expires_at: Instant
