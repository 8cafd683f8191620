"""The promises as they were in force one after another, so that a running clock keeps its own.

The file tells only the present. What it told before is kept in the database, where all replicas
find it: the one that first starts with a changed file adds an edition, and so does one that
imports holidays; the others follow it. An edition has the dates it goes by, wherever they are from.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.storage.database import plain_rows, table_of
from chassis.storage.store import Store
from contracts.desk import Desk
from contracts.errors import Invalid
from contracts.sla import LackingHolidays
from contracts.vocabulary import Metric, Priority
from services.sla.almanac import Almanac, is_imported, newest_almanac
from services.sla.domain import BadCalendar, BadPolicy, Edition, in_force, lacking_years
from services.sla.domain.course import Course
from services.sla.models import EditionRow
from services.sla.promises import Rules

HAS_ADDED = "has added an edition"
"""Marks a session, which lasts for one transaction."""
A_YEAR = timedelta(days=366)
EDITIONS = table_of(EditionRow)
NEWER = select(EDITIONS).where(EDITIONS.c.number > bindparam("known")).order_by(EDITIONS.c.number)
"""Built once, and of plain rows: it is asked at every fact that is heard."""
NEWEST = select(func.max(EDITIONS.c.number))

log = get_logger()


class Editions:
    """Shared by all workers of a process; asks the database only for what it has not seen yet."""

    def __init__(self, own: Rules, now: datetime) -> None:
        self._own = own
        self._unnoted = Edition(now, own.policy())
        self._known: tuple[Edition, ...] = ()
        self._rules: tuple[Rules, ...] = ()
        self._awaited: int | None = None
        """The number under which our own was added, in a transaction that may still fail."""
        self._is_noted = False

    def known_to(self, session: Session) -> Sequence[Edition]:
        """Tell all editions, the oldest first; before any is noted, the one of our own file."""
        newer = plain_rows(session, NEWER, known=len(self._known))
        all_rules, known = self._rules, self._known
        for row in newer:
            rules, before = Rules.model_validate(row.rules), row.number - 1
            all_rules = (*all_rules[:before], rules)
            known = (*known[:before], Edition(row.since, rules.policy()))
        if not session.info.get(HAS_ADDED):  # what it added is not there before it is committed
            self._rules, self._known = all_rules, known
        return known or (self._unnoted,)

    def known_up_to(self, newest: int | None) -> Sequence[Edition] | None:
        """The editions up to that number, which is that of the newest; None when not all of them
        are known here, or there are none, and the database has to be asked."""
        return self._known if self._known and newest == len(self._known) else None

    def noted_in(self, session: Session, now: datetime) -> Sequence[Edition]:
        """The same, with our own file's added when we are the first to start with it."""
        if session.info.get(HAS_ADDED):
            return self.known_to(session)
        if self._is_noted_to(session):
            return self._known
        wait_for_turn(session)
        if self._is_noted_to(session):  # by another replica, while we waited
            return self._known
        rules = _with_newest_holidays(session, self._own)
        if self.has_number_of_others(rules):
            log.warning(
                "policy_version was not raised: other promises have had this number",
                policy_version=rules.policy_version,
            )
        self._awaited = len(self._known) + 1
        _add(session, self._awaited, rules, now)
        return (*self._known, Edition(now, rules.policy()))

    def keep_up(self, store: Store) -> None:
        """Learn what others changed, and add our own file's without waiting for a first fact, so
        that forecasts and plans go by what is in force."""
        if self._is_noted:
            store.glance(self.known_to)
            return
        with store.writing() as session:
            self.noted_in(session, store.now())

    def _is_noted_to(self, session: Session) -> bool:
        self.known_to(session)
        self._is_noted = self._is_noted or self._finds_itself()
        return self._is_noted

    def _finds_itself(self) -> bool:
        """Is our file in force, or was it until somebody came with another?"""
        newest = self._rules[-1:]
        awaited = () if self._awaited is None else self._rules[self._awaited - 1 : self._awaited]
        return any(rules.as_written == self._own for rules in (*newest, *awaited))

    def dues_at_opening(self, priority: Priority, started_at: datetime) -> dict[Metric, datetime]:
        """The deadlines that a ticket opened now with this priority gets."""
        policy = in_force(self._known or (self._unnoted,), started_at).policy
        targets = {
            metric: by_priority[priority]
            for metric, by_priority in policy.targets.items()
            if metric is not Metric.NEXT_RESPONSE
        }
        return {
            metric: Course(started_at, target, policy.calendars[target.calendar]).due_at
            for metric, target in targets.items()
        }

    @property
    def rules_in_force(self) -> Rules:
        """Those of the newest edition that is known; before any is, our own file's."""
        return self._rules[-1] if self._rules else self._own

    def has_number_of_others(self, rules: Rules) -> bool:
        """Have other promises had the policy_version of these? Then no explanation and no log tells
        them apart."""
        return any(
            known.policy_version == rules.policy_version and known.as_written != rules.as_written
            for known in self._rules or (self._own,)
        )

    def lay_out_years(self, now: datetime) -> None:
        """Lay the calendars' years around `now` out at once, so that no first ticket waits."""
        for calendar in self._unnoted.policy.calendars.values():
            calendar.between(now - A_YEAR, now + A_YEAR)


def edition_of(session: Session, desk: Desk, now: datetime) -> Edition:
    """What another file would promise from now on. Raises Invalid when that cannot be kept."""
    own = Rules.of(desk)
    try:
        own.policy()  # what is wrong without any holidays is not their fault
        return Edition(now, _with_newest_holidays(session, own).policy())
    except (BadCalendar, BadPolicy) as fault:
        raise Invalid(str(fault), {"file": str(fault)}) from fault


def without_holidays(session: Session, rules: Rules) -> list[str]:
    """The countries that calendars name and for which nothing was imported yet."""
    return [country for country in rules.countries if not is_imported(session, country)]


def lacking_holidays(session: Session, rules: Rules, now: datetime) -> list[LackingHolidays]:
    """What calendars will soon go without, country by country."""
    today = now.astimezone(ZoneInfo(rules.timezone)).date()
    found = list[LackingHolidays]()
    for country in rules.countries:
        almanac = newest_almanac(session, country)
        if years := lacking_years(almanac.days, today):
            is_any = almanac.version > 0
            found.append(LackingHolidays(country=country, years=years, is_any_imported=is_any))
    return found


def wait_for_turn(session: Session) -> None:
    """Let nobody else change the promises, or the holidays they go by, until this transaction ends.

    On SQLite whoever writes has the whole database. Readers wait for nobody.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE editions IN SHARE ROW EXCLUSIVE MODE"))


def go_by(session: Session, almanac: Almanac, now: datetime) -> list[str]:
    """Let the calendars that name the country go by its almanac from now on; tell their names.

    We have our turn, and there is an edition. Raises BadCalendar when a calendar would be left
    without working time.
    """
    newest = session.scalars(select(EditionRow).order_by(EditionRow.number.desc()).limit(1)).one()
    before = Rules.model_validate(newest.rules)
    rules = before.going_by([almanac])
    if rules != before:
        rules.policy()
        _add(session, newest.number + 1, rules, now)
    return [name for name, rule in rules.calendars.items() if rule.country == almanac.country]


def _with_newest_holidays(session: Session, own: Rules) -> Rules:
    """Our file with what was imported for the countries that it names."""
    almanacs = [newest_almanac(session, country) for country in own.countries]
    imported = [almanac for almanac in almanacs if almanac.version]
    if lacking := [almanac.country for almanac in almanacs if not almanac.version]:
        log.warning("no holidays were imported yet: ./support sla holidays", countries=lacking)
    rules = own.going_by(imported)
    try:
        rules.policy()
    except BadCalendar as fault:
        log.warning("the imported holidays do not fit the file and are left out", fault=str(fault))
        return own
    return rules


def _add(session: Session, number: int, rules: Rules, now: datetime) -> None:
    """What is left at its default is not written: the version before this one may not know it."""
    kept = rules.model_dump(mode="json", exclude_defaults=True)
    session.connection().execute(insert(EDITIONS), {"number": number, "since": now, "rules": kept})
    session.info[HAS_ADDED] = True
