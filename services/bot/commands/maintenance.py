"""/maintenance: planned work is announced, told what it concerns, and called off."""

from asyncio import to_thread

from contracts.incidents import (
    TITLE_LENGTH,
    AnnounceMaintenance,
    CancelMaintenance,
    ChangeMaintenance,
    MaintenanceView,
)
from services.bot import buttons
from services.bot.asking import Ask, Reply
from services.bot.letters import Keyboard
from services.bot.markup import Html
from services.bot.planned_work import span_of, work_of
from services.bot.showing import maintenance_cards


async def maintenance(ask: Ask) -> Reply:
    """Announce planned work, public at once."""
    work = work_of(ask.argument, TITLE_LENGTH)
    starts_at, ends_at = span_of(ask.words, work, ask.received_at)
    command = AnnounceMaintenance(
        command_id=ask.command_id(),
        title=work.title,
        starts_at=starts_at,
        ends_at=ends_at,
        announced_by=ask.agent_id,
        announced_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.announce_maintenance, command)
    return ask.say(*_face(ask, receipt.result))


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
    return _changed(ask, receipt.result)


async def press_cancel(ask: Ask) -> Reply:
    """Call it off, or end it early."""
    command = CancelMaintenance(
        command_id=ask.command_id(),
        maintenance_id=buttons.number(ask.argument),
        cancelled_by=ask.agent_id,
        cancelled_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.cancel_maintenance, command)
    return _changed(ask, receipt.result)


def _changed(ask: Ask, planned: MaintenanceView) -> Reply:
    return ask.change(*_face(ask, planned), toast=ask.words("bot.toast.published"))


def _face(ask: Ask, planned: MaintenanceView) -> tuple[Html, Keyboard]:
    text = maintenance_cards.card(ask.words, planned, ask.now)
    return text, buttons.maintenance(ask.words, planned)
