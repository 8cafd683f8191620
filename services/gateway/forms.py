"""What requests may say, field by field. A field that no form knows is an error that names it.

An optional field may be absent or null. The OpenAPI document is made from these.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chassis.catalogue import LANGUAGES
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import PRIORITY_OF_IMPACT, Category, Impact, Priority, TicketStatus
from services.gateway.fields import Context, Cursor, Limit, Line, MaybeText, Moment, Text


def _is_not_the_agents_own(priority: object) -> object:
    if priority == Priority.P0:
        raise PydanticCustomError("agents_only", "agents_only")
    return priority


OwnPriority = Annotated[
    Literal[Priority.P1, Priority.P2, Priority.P3], BeforeValidator(_is_not_the_agents_own)
]


def _agents_id(text: str) -> str:
    """People know an agent by the plain number that Telegram shows."""
    return f"tg:{text}" if re.fullmatch("[0-9]+", text) else text


Assignee = Annotated[Line, AfterValidator(_agents_id)]


class Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewTicket(Form):
    """What the form in the app sends."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "description": "Paying by card fails with error 500.",
                    "category": "payment",
                    "impact": "workaround",
                    "context": {"page": "/checkout", "browser": "Firefox 140"},
                }
            ]
        }
    )

    description: Text
    subject: Line | None = Field(None, description="Default: the first line of the description.")
    category: Category | None = Field(None, description="Default: `other`.")
    priority: OwnPriority | None = Field(
        None, description="Default: what `impact` says, else `P3`. P0 is given by agents."
    )
    impact: Impact | None = Field(
        None, description="`blocked` means P1, `workaround` P2, `question` P3."
    )
    context: Context | None = Field(None, description="Page, browser, app version; at most 4 KB.")

    @property
    def wished_priority(self) -> Priority:
        if self.priority is not None:
            return self.priority
        return PRIORITY_OF_IMPACT[self.impact] if self.impact else Priority.P3


class NewMessage(Form):
    """A further message of the owner, or an administrator's answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "It works again, thank you!"}]}
    )

    message: Text


class NewTicketWithFiles(NewTicket):
    """The same with files, which may speak for themselves."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    description: MaybeText = ""


class NewMessageWithFiles(NewMessage):
    """The same with files, which may speak for themselves."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    message: MaybeText = ""


class MeToo(Form):
    """Which of the caller's tickets is about the incident, if any is."""

    ticket_id: int | None = Field(None, ge=1, le=LARGEST_ID, strict=True)


class TicketFilter(Form):
    """Which tickets to list. The last four are for administrators."""

    status: TicketStatus | None = None
    limit: Limit = 25
    cursor: Cursor | None = Field(None, description="`next` of the page before.")
    priority: Priority | None = Field(None, description="Administrators only.")
    category: Category | None = Field(None, description="Administrators only.")
    assignee: Assignee | None = Field(
        None,
        description="An agent's id, `tg:1001`, or the Telegram number alone, `1001`. "
        "Administrators only.",
    )
    q: Line | None = Field(
        None, description="Looked for in subject, texts and name. Administrators only."
    )

    def fields_for_admins(self) -> list[str]:
        """Those that were given."""
        names = ("priority", "category", "assignee", "q")
        return [name for name in names if getattr(self, name) is not None]


class Period(Form):
    """Which days to count; a date means the whole day, `to` included."""

    from_: Moment | None = Field(None, alias="from", description="Default: 30 days before `to`.")
    to: Moment | None = Field(None, description="Default: now.")


class HealthQuestion(Form):
    """What to look at: everything, or with `live` only whether this process answers."""

    probe: Literal["live", "ready"] | None = None


def _known_language(given: object) -> object:
    return given if given in LANGUAGES else None


class PageWish(Form):
    """How to show what the public sees. Links come with marks of whoever sends them, and with
    languages of other pages: nobody is turned away from a status for that."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lang: Annotated[Literal["ru", "en"] | None, BeforeValidator(_known_language)] = None
