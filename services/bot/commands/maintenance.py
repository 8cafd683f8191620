"""/maintenance: planned work is announced, told what it concerns, and called off."""

from asyncio import to_thread
from datetime import date, datetime, timedelta

from contracts.incidents import (
    TITLE_LENGTH,
    AnnounceMaintenance,
    CancelMaintenance,
    ChangeMaintenance,
    MaintenanceView,
)
from services.bot import buttons, maintenance_cards
from services.bot.arguments import Work, WrongCall, work_of
from services.bot.asking import Ask, Reply
from services.bot.speech import Speech


async def maintenance(ask: Ask) -> Reply:
    """Announce planned work, public at once."""
    work = work_of(ask.argument, TITLE_LENGTH)
    starts_at, ends_at = _when(ask.words, work, ask.received_at)
    command = AnnounceMaintenance(
        command_id=ask.command_id(),
        title=work.title,
        starts_at=starts_at,
        ends_at=ends_at,
        announced_by=ask.agent_id,
        announced_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.announce_maintenance, command)
    planned = receipt.result
    text = maintenance_cards.card(ask.words, "bot.maintenance.announced", planned, ask.now)
    return ask.say(text, buttons.maintenance(ask.words, planned))


async def press_concern(ask: Ask) -> Reply:
    """Say that the work concerns a component, or that it does not."""
    maintenance_id, _, chosen = ask.argument.partition(":")
    place, _, is_meant = chosen.partition(":")
    component = buttons.pick(list(ask.words.components), place)
    command = ChangeMaintenance(
        command_id=ask.command_id(),
        maintenance_id=buttons.number(maintenance_id),
        components={component: buttons.pick((False, True), is_meant)},
        changed_by=ask.agent_id,
    )
    receipt = await to_thread(ask.office.incidents.change_maintenance, command)
    return _changed(ask, receipt.result, "bot.maintenance.announced")


async def press_cancel(ask: Ask) -> Reply:
    """Call it off, or end it early."""
    command = CancelMaintenance(
        command_id=ask.command_id(),
        maintenance_id=buttons.number(ask.argument),
        cancelled_by=ask.agent_id,
        cancelled_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.cancel_maintenance, command)
    return _changed(ask, receipt.result, "bot.maintenance.cancelled")


def _changed(ask: Ask, planned: MaintenanceView, message_id: str) -> Reply:
    text = maintenance_cards.card(ask.words, message_id, planned, ask.now)
    keyboard = buttons.maintenance(ask.words, planned)
    return ask.change(text, keyboard, toast=ask.words("bot.toast.published"))


def _when(words: Speech, work: Work, now: datetime) -> tuple[datetime, datetime]:
    """Begin and end on the desk's clock, the next that fit. Raises WrongCall."""
    today = words.local_date(now)
    try:
        day = _next_day(work, today)
    except ValueError:
        raise WrongCall("maintenance", "bot.wrong.no_such_time") from None
    starts_at = words.at(day, work.start)
    if work.day is None and starts_at < now - timedelta(minutes=1):
        day += timedelta(days=1)
        starts_at = words.at(day, work.start)
    last_day = day if work.end > work.start else day + timedelta(days=1)
    return starts_at, words.at(last_day, work.end)


def _next_day(work: Work, today: date) -> date:
    """Raises ValueError for a day that its year does not have."""
    if work.day is None:
        return today
    day, month = work.day
    if work.year is not None:
        return date(work.year, month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)
