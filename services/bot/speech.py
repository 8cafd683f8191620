"""How the bot speaks one language: words from the catalogue, names from the desk's file, times.

Pure but for reading the catalogue. What is put into words is escaped unless it is Html already.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_decimal

from chassis.catalogue import LANGUAGES, Catalogue, language_of
from chassis.sentences import Sentences
from contracts.desk import Desk
from contracts.own_sentences import DOMAIN, own_sentences
from contracts.sla import Compliance
from contracts.vocabulary import Category, Metric, Priority
from services.bot.markup import Html, escape

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600
TOLD_IN_DAYS_HOURS = 48


class Speech:
    """One language, in the desk's time zone."""

    def __init__(self, language: str, desk: Desk) -> None:
        self.language = language
        self._catalogue = Catalogue.read(language, "bot")
        self._public = Catalogue.read(language, DOMAIN)
        self._own = Sentences(DOMAIN, own_sentences(desk))
        self.zone = self._zone = ZoneInfo(desk.timezone)
        self._categories = {rule.id: rule.name.in_language(language) for rule in desk.categories}
        self.components = {rule.id: rule.name.in_language(language) for rule in desk.components}
        """The names of the product's parts by id, in the file's order."""
        self.canned = {answer.name: answer for answer in desk.canned}
        """The answers that agents give often, by name, in the file's order."""
        self._priorities = {rule.id: rule.name.in_language(language) for rule in desk.priorities}

    def __call__(self, message_id: str, **values: object) -> Html:
        """The words of a message."""
        return Html(self._catalogue(message_id, **_escaped(values)))

    def plural(self, message_id: str, n: int, **values: object) -> Html:
        """The words for `n` things."""
        return Html(self._catalogue.plural(message_id, n, **_escaped(values)))

    def public(self, sentence: str, **values: object) -> str:
        """A sentence that the desk publishes by itself (`own_sentences`), as a text."""
        return self._public(sentence, **values)

    def told(self, text: str) -> str:
        """What was published: if it is such a sentence, in this language."""
        return self._own.told(text, self.language)

    def category(self, category: Category) -> str:
        return self._categories[category]

    def priority(self, priority: Priority) -> str:
        return self._priorities[priority]

    def component(self, component: str) -> str:
        """Its name; the id of one that the product does not have any more."""
        return self.components.get(component, component)

    def last_time(self, time_of_day: time, now: datetime) -> datetime:
        """When the desk's clock showed this last: today, or yesterday."""
        today = self.at(self.local_date(now), time_of_day)
        return today if today <= now else today - timedelta(days=1)

    def at(self, day: date, time_of_day: time) -> datetime:
        """An instant on the desk's clock."""
        return datetime.combine(day, time_of_day, self._zone)

    def moment(self, at: datetime, now: datetime) -> str:
        """A time of day in the desk's zone, with the date when it is another day, and the year when
        it is another year."""
        return " ".join(self._day_and_time(at, now))

    def when(self, at: datetime, now: datetime, *, to_the_second: bool = False) -> Html:
        """The same as an answer to "when": `at 10:00`, with the date before it."""
        *day, time_of_day = self._day_and_time(at, now)
        seconds = self._seconds(at) if to_the_second else ""
        told = self("bot.time.at", time=time_of_day + seconds)
        return self("bot.time.at_day", day=day[0], at=told) if day else told

    def _day_and_time(self, at: datetime, now: datetime) -> list[str]:
        local, today = at.astimezone(self._zone), now.astimezone(self._zone).date()
        time_of_day = f"{local:%H:%M}"
        if local.date() == today:
            return [time_of_day]
        day = f"{local:%d.%m}" if local.year == today.year else self.full_day(local.date())
        return [day, time_of_day]

    def full_day(self, day: date) -> str:
        """A day with its year, as commands take it."""
        return f"{day:%d.%m.%Y}"

    def moment_to_the_second(self, at: datetime, now: datetime) -> str:
        """The same with its seconds, unless they are none."""
        return self.moment(at, now) + self._seconds(at)

    def _seconds(self, at: datetime) -> str:
        seconds = at.astimezone(self._zone).strftime(":%S")
        return seconds if seconds != ":00" else ""

    def length(self, span: timedelta | float) -> Html:
        """A length to the second, for whoever adds it up. In hours however many they are: a day of
        working time is not one of 24 hours."""
        seconds = span.total_seconds() if isinstance(span, timedelta) else span
        minutes, seconds = divmod(int(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [
            self("bot.time.hours", hours=hours) if hours else None,
            self("bot.time.minutes", minutes=minutes) if minutes else None,
            self("bot.time.seconds", seconds=seconds) if seconds else None,
        ]
        told = [part for part in parts if part is not None]
        return Html(" ".join(told)) if told else self("bot.time.minutes", minutes=0)

    def local_date(self, at: datetime) -> date:
        """The day in the desk's zone."""
        return at.astimezone(self._zone).date()

    def day(self, day: date) -> str:
        """A day of a year that goes without saying: `17 нояб.`, `Nov 17`."""
        return format_skeleton("MMMd", day, locale=self.language)

    def decimal(self, number: float) -> str:
        """A number with one place after the point, or the comma."""
        return format_decimal(number, format="0.0", locale=self.language)

    def share(self, figures: Compliance | None) -> Html:
        """How much was in time, in whole percents; a dash when nothing is decided.

        Rounded to the nearest, halves up, but 100 % only when everything was in time and 0 % only
        when nothing was.
        """
        total = figures.met + figures.breached if figures else 0
        if figures is None or not total:
            return self("bot.stats.undecided")
        nearest = (200 * figures.met + total) // (2 * total)
        least, most = int(figures.met > 0), 100 - int(figures.breached > 0)
        return self("bot.stats.share", share=min(max(nearest, least), most))

    def size(self, count: int) -> Html:
        """A size in bytes, as people tell it."""
        for unit, name in ((2**20, "megabytes"), (2**10, "kilobytes")):
            if count >= unit:
                figure = format_decimal(count / unit, "0.#", self.language)
                return self(f"bot.size.{name}", size=figure)
        return self("bot.size.bytes", size=count)

    def duration(self, span: timedelta | float) -> Html:
        """A length of time, coarse enough for a phone."""
        minutes = _minutes(span)
        if minutes < 1:
            return self("bot.time.under_a_minute")
        if minutes < 60:
            return self("bot.time.minutes", minutes=minutes)
        hours, minutes = divmod(minutes, 60)
        if hours < TOLD_IN_DAYS_HOURS:
            exact = "bot.time.hours_minutes" if minutes else "bot.time.hours"
            return self(exact, hours=hours, minutes=minutes)
        days, hours = divmod(hours, 24)
        return self("bot.time.days_hours" if hours else "bot.time.days", days=days, hours=hours)

    def about(self, seconds: float) -> Html:
        """A figure made of many lengths, to the nearest of what a duration tells."""
        return self.duration(_in_grains(seconds, round))

    def at_most(self, seconds: float) -> Html:
        """A length that another is not to exceed: rounded up."""
        return self.duration(_in_grains(seconds, ceil))

    def deadline(self, due_at: datetime, now: datetime, metric: Metric | None = None) -> Html:
        """How far a deadline is: `через 12 мин`, or `просрочен на 5 мин` as is said of that duty,
        or of a ticket."""
        left = due_at - now
        if left >= timedelta():
            is_near = is_under_a_minute(left)
            in_time = "bot.time.due_in_a_minute" if is_near else "bot.time.due_in"
            return self(in_time, span=self.duration(left))
        is_near = is_under_a_minute(-left)
        by = self(
            "bot.time.by_under_a_minute" if is_near else "bot.time.by", span=self.duration(-left)
        )
        return self(f"bot.time.overdue.{metric.value if metric else 'ticket'}", by=by)


class Languages:
    """Every language of the desk; agents hear the desk's own, users theirs."""

    def __init__(self, own: str, desk: Desk) -> None:
        self._speeches = {language: Speech(language, desk) for language in LANGUAGES}
        self.own = self._speeches[own]

    def of(self, tag: str | None) -> Speech:
        """The speech for a tag such as `en-GB`; one we do not speak gets the desk's own."""
        language = language_of(tag)
        spoken = bool(tag) and str(tag).lower().startswith(language)
        return self._speeches[language] if spoken else self.own


def is_under_a_minute(span: timedelta | float) -> bool:
    """Too short for the minutes in which people are told of time; it reads otherwise."""
    return _minutes(span) < 1


def _minutes(span: timedelta | float) -> int:
    """Whole ones."""
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    return int(max(seconds, 0) // 60)


def _in_grains(seconds: float, rounded: Callable[[float], int]) -> float:
    """Rounded to the minutes, or the hours, below which a duration is told no finer."""
    if is_under_a_minute(seconds):
        return seconds
    grain = HOUR_SECONDS if seconds >= TOLD_IN_DAYS_HOURS * HOUR_SECONDS else MINUTE_SECONDS
    return rounded(seconds / grain) * grain


def _escaped(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _safe(value) for name, value in values.items()}


def _safe(value: object) -> object:
    return value if isinstance(value, int | float) else escape(value)
