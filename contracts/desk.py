"""What the desk decides: the shape of `support.toml`, the same file for every process.

Wrong in any part, it stops every process, so that no two of them work by different rules.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    model_validator,
)

from contracts.contradictions import contradictions, read_whole
from contracts.desk_values import (
    MOST_CANNED,
    PLACEHOLDER,
    CannedName,
    ComponentId,
    Country,
    MediaType,
    Minutes,
    Number,
    Share,
    Template,
    Whole,
    Window,
    Zone,
)
from contracts.files import ENDINGS
from contracts.vocabulary import Category, Priority


class Part(BaseModel):
    """A part of the file. A key it does not know is a fault: it would silently do nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """The same words in every language of the desk."""

    ru: str
    en: str

    def in_language(self, locale: str) -> str:
        return self.ru if locale == "ru" else self.en


class PriorityRule(Part):
    """A priority, its targets in working minutes and the calendar that counts them. The next
    response and the resolution are promised for all priorities or for none."""

    id: Priority
    name: Words
    description: Words
    first_response_minutes: Minutes
    next_response_minutes: Minutes | None = None
    resolution_minutes: Minutes | None = None
    calendar: str
    warn_at: list[Share] = Field(default_factory=lambda: [0.8])
    """Shares of the working time at which agents are warned."""


class CategoryRule(Part):
    id: Category
    name: Words


class ComponentRule(Part):
    """A part of the product as the status page shows it. Who complains about one of `categories`
    may be hit by it."""

    id: ComponentId
    name: Words
    categories: list[Category] = Field(default_factory=list)


class CannedText(Part):
    """An answer in every language; {name} is the requester's name, {id} the ticket's number."""

    ru: Template
    en: Template

    def filled(self, locale: str, *, name: str, ticket_id: int) -> str:
        """The text for one requester. What they are called is put in as it is."""
        values = {"name": name, "id": str(ticket_id)}
        text = self.ru if locale == "ru" else self.en
        return PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


class CannedAnswer(Part):
    """An answer that agents give often; `name` is what they type, `title` what they choose by."""

    name: CannedName
    title: Words
    text: CannedText


class CalendarRule(Part):
    """Working windows by local weekday; `dates` override the weekday, an empty list closes it.

    `country` names the imported holidays that it goes by; a date written here goes before them.
    """

    monday: list[Window] = Field(default_factory=list)
    tuesday: list[Window] = Field(default_factory=list)
    wednesday: list[Window] = Field(default_factory=list)
    thursday: list[Window] = Field(default_factory=list)
    friday: list[Window] = Field(default_factory=list)
    saturday: list[Window] = Field(default_factory=list)
    sunday: list[Window] = Field(default_factory=list)
    holidays: list[date] = Field(default_factory=list)
    dates: dict[date, list[Window]] = Field(default_factory=dict)
    country: Country | None = None

    @property
    def week(self) -> tuple[list[Window], ...]:
        """Windows by weekday, Monday first."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )


class Limits(Part):
    """How often one caller may ask; per minute unless the name says otherwise."""

    writes_per_minute: Whole = Field(60, gt=0)
    reads_per_minute: Whole = Field(600, gt=0)
    failed_authentications_per_minute: Whole = Field(30, gt=0)
    new_tickets_per_hour: Whole = Field(5, gt=0)
    """For one person in Telegram."""
    upload_megabytes_per_hour: Whole = Field(1000, gt=0)
    """For one person over HTTP."""


class TicketRules(Part):
    reopen_days: Whole = Field(7, gt=0)
    """A resolved ticket reopens when its requester writes within so many days, then it closes."""


class UpdateMinutes(Part):
    """How long the public may wait for the next word, by the incident's impact."""

    critical: Minutes = 30
    major: Minutes = 60
    minor: Minutes = 240


class SurgeRules(Part):
    """When so many write about one category that agents are asked whether it is an incident
    (`docs/adr/0031-what-counts-as-a-surge.md`). Counts are of people, in `window_minutes`."""

    window_minutes: Whole = Field(10, ge=1, le=60)
    minimum_count: Whole = Field(5, ge=2)
    """Fewer are never a surge, however quiet the hour is."""
    minimum_count_without_history: Whole = Field(20, ge=2)
    """The same while the desk knows fewer than three weeks of this hour."""
    history_weeks: Whole = Field(8, ge=3, le=52)
    chance_once_in_years: Number = Field(100, gt=0)
    """What chance alone would show in one category that often is no surge."""
    quiet_minutes: Minutes = 60
    """How long a category is not asked about again, and for how long late news can raise it."""


class IncidentRules(Part):
    match_minutes: Minutes = 60
    """How long before the declaration a ticket about it may have been opened."""
    first_update_minutes: Minutes = 15
    """From the declaration to the first word after it."""
    update_minutes: UpdateMinutes = UpdateMinutes()
    reminder_minutes: Minutes = 5
    """From a reminder that led to no word to the next one."""
    surge: SurgeRules = SurgeRules()


class AttachmentRules(Part):
    """Which files people may send each other. What a file is, its contents say, never its name."""

    largest_megabytes: Whole = Field(20, gt=0, le=100)
    """Of one file; a bot gets none from Telegram that is larger than 20."""
    at_once: Whole = Field(10, gt=0, le=10)
    """With one message."""
    types: list[MediaType] = Field(
        default_factory=lambda: [one for one in ENDINGS if one != "application/zip"], min_length=1
    )

    @property
    def largest_bytes(self) -> int:
        return self.largest_megabytes * 2**20


class Retention(Part):
    handled_days: Whole = Field(30, ge=2)
    """How long the desk remembers which commands and events it has handled, to know a repeat."""


class Desk(Part):
    """The whole file."""

    timezone: Zone = "Europe/Moscow"
    policy_version: Whole = Field(1, gt=0)
    """The name of these targets and calendars; raise it with every change of them. What runs keeps
    those of its begin whether it is raised or not."""
    priorities: list[PriorityRule]
    categories: list[CategoryRule]
    components: list[ComponentRule] = Field(default_factory=list)
    calendars: dict[str, CalendarRule]
    canned: list[CannedAnswer] = Field(default_factory=list, max_length=MOST_CANNED)
    limits: Limits = Limits()
    tickets: TicketRules = TicketRules()
    incidents: IncidentRules = IncidentRules()
    attachments: AttachmentRules = AttachmentRules()
    retention: Retention = Retention()

    def may_be_about(self, category: Category, components: Collection[str]) -> bool:
        """Whether a ticket of this category may be about an incident that hits these parts. One
        that names none may hit anything; so may what belongs to no part."""
        own = {rule.id for rule in self.components if category in rule.categories}
        return not components or not own or not own.isdisjoint(components)

    def categories_of(self, components: Collection[str]) -> list[Category]:
        """What people complain about when these parts are hit, in the file's order."""
        hit = [rule for rule in self.components if rule.id in components]
        named = [one for rule in hit for one in rule.categories]
        return list(dict.fromkeys(named))

    @model_validator(mode="wrap")
    @classmethod
    def _is_whole(cls, given: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Tell what contradicts itself also when something else is wrong."""
        return read_whole(read, given, contradictions(given))
