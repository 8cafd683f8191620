"""The rows of the bot. No behaviour here."""

from services.bot.models.base import Base
from services.bot.models.desk import AgentHours, AgentsGroup, Lease, ParkedQueue, Topic
from services.bot.models.known import (
    NO_INCIDENT,
    THE_APP,
    KnownAgent,
    KnownRequest,
    KnownStatus,
    KnownVersion,
    Subscriber,
)
from services.bot.models.traffic import (
    ChatState,
    DeliveryReport,
    EarlyEdit,
    MainBotChat,
    OutgoingMessage,
    Question,
    StoredUpdate,
    TicketMention,
)

__all__ = [
    "NO_INCIDENT",
    "THE_APP",
    "AgentHours",
    "AgentsGroup",
    "Base",
    "ChatState",
    "DeliveryReport",
    "EarlyEdit",
    "KnownAgent",
    "KnownRequest",
    "KnownStatus",
    "KnownVersion",
    "Lease",
    "MainBotChat",
    "OutgoingMessage",
    "ParkedQueue",
    "Question",
    "StoredUpdate",
    "Subscriber",
    "TicketMention",
    "Topic",
]
