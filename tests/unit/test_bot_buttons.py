"""The short codes of buttons: a code that two had would be answered by one."""

from collections import Counter

from services.bot import buttons
from services.bot.dispatch import AGENT_BUTTONS, USER_BUTTONS

ANSWERS = {"DECLARE_ANOTHER"}
"""What stands behind a code, and is none itself."""


def test_every_code_is_of_one_button_and_somebody_answers_it() -> None:
    named = {
        name: value
        for name, value in vars(buttons).items()
        if name.isupper() and isinstance(value, str) and name not in ANSWERS
    }

    assert [code for code, count in Counter(named.values()).items() if count > 1] == []
    assert set(named.values()) == AGENT_BUTTONS.keys() | USER_BUTTONS.keys()
    assert AGENT_BUTTONS.keys() & USER_BUTTONS.keys() == set()
