"""What agents press under planned work. Pure."""

from contracts.incidents import MaintenanceView
from contracts.vocabulary import MaintenanceStatus
from services.bot.buttons.codes import CANCEL_MAINTENANCE, CONCERN_COMPONENT, code, marked, pairs
from services.bot.letters import Button, Keyboard
from services.bot.speech import Speech


def maintenance(words: Speech, planned: MaintenanceView) -> Keyboard:
    """What planned work concerns, and the way to call it off; nothing when it is over."""
    if planned.status in (MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED):
        return ()
    found = [
        Button(
            marked(name, component in planned.components),
            code(CONCERN_COMPONENT, planned.id, index, int(component not in planned.components)),
        )
        for index, (component, name) in enumerate(words.components.items())
    ]
    cancel = Button(words("bot.button.cancel_maintenance"), code(CANCEL_MAINTENANCE, planned.id))
    return (*pairs(found), (cancel,))
