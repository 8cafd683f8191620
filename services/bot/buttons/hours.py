"""What an agent presses under how it stands with their duty and quiet hours. Pure."""

from services.bot.buttons.codes import SET_DUTY, SET_QUIET, code, marked
from services.bot.letters import Button, Keyboard
from services.bot.speech import Speech


def hours(words: Speech, *, is_on_duty: bool, night: str, is_night: bool) -> Keyboard:
    """On duty or not, the usual night quiet or nothing."""
    return (
        (
            Button(marked(words("bot.button.on_duty"), is_on_duty), code(SET_DUTY, 1)),
            Button(marked(words("bot.button.off_duty"), not is_on_duty), code(SET_DUTY, 0)),
        ),
        (
            Button(marked(words("bot.button.quiet", hours=night), is_night), code(SET_QUIET, 1)),
            Button(words("bot.button.no_quiet"), code(SET_QUIET, 0)),
        ),
    )
