"""What tickets counts of a period, for `/stats` and its HTTP twin."""

from contracts.event import Message
from contracts.vocabulary import Category, Priority, TicketStatus


class FirstResponseStats(Message):
    average_seconds: float | None
    median_seconds: float | None
    p90_seconds: float | None


class RatingStats(Message):
    """What requesters have said in the period; no average while nobody has."""

    average: float | None
    count: int


class AgentStats(Message):
    """`agent` is a name, which others may have too; `agent_id` is as in `AgentView`, None when a
    version told that did not tell it."""

    agent: str
    agent_id: str | None = None
    answers: int
    resolved: int


class TicketStats(Message):
    """Figures of a period; `open` and what is by priority count the unfinished of this moment."""

    open: int
    open_by_priority: dict[Priority, int]
    by_status: dict[TicketStatus, int]
    by_category: dict[Category, int]
    opened: int
    resolved: int
    first_response: FirstResponseStats
    by_agent: list[AgentStats]
    ratings: RatingStats | None = None
