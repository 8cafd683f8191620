"""Every keyboard fits into what Telegram carries, for the longest numbers and the worst names."""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import iter_modules
from types import FunctionType
from typing import Any, get_type_hints

import pytest

import services.bot
from botapi.keyboards import MAX_DATA_BYTES, read_markup
from botapi.wire import Parameters
from contracts.incidents import IncidentView, MaintenanceView
from contracts.tickets import LARGEST_ID, AgentView, AttachmentView, MessageView, TicketView
from contracts.vocabulary import (
    Category,
    Impact,
    IncidentImpact,
    IncidentStatus,
    MaintenanceStatus,
    Priority,
    TicketStatus,
)
from services.bot import buttons
from services.bot.letters import Button, Keyboard
from tests.support.bot_rows import LANGUAGES, NOON, message, ticket
from tests.support.hostile import CORPUS, sendable

BOT = Path(services.bot.__path__[0])
WORDS = LANGUAGES.of("ru")
LONGEST_LABEL = 64


def incidents(title: str) -> list[IncidentView]:
    return [
        IncidentView(
            id=LARGEST_ID,
            title=title,
            status=status,
            impact=IncidentImpact.CRITICAL,
            started_at=NOON,
            components=list(WORDS.components),
        )
        for status in IncidentStatus
    ]


def planned(title: str) -> list[MaintenanceView]:
    return [
        MaintenanceView(
            id=LARGEST_ID,
            title=title,
            status=status,
            components=list(WORDS.components),
            starts_at=NOON,
            ends_at=NOON,
            announced_at=NOON,
            updated_at=NOON,
        )
        for status in MaintenanceStatus
    ]


def largest(title: str) -> dict[str, list[Any]]:
    """What to try for a parameter, by the words of its type: a new type needs its largest here."""
    return {
        "Speech": [LANGUAGES.of("ru"), LANGUAGES.of("en")],
        "int": [LARGEST_ID],
        "int | None": [None, 5, LARGEST_ID],
        "str": [str(LARGEST_ID)],
        "bool": [False, True],
        "Category": list(Category),
        "Category | None": [None, *Category],
        "Impact | None": [None, *Impact],
        "Priority": list(Priority),
        "TicketFacts": [
            ticket(LARGEST_ID).model_copy(update={"status": status}) for status in TicketStatus
        ],
        "TicketView": [_whole(status) for status in TicketStatus],
        "MessageView": [_with_files()],
        "Sequence[AgentView]": [
            [AgentView(id=f"tg:{LARGEST_ID}", name=title, telegram_id=LARGEST_ID - place)]
            for place in range(2)
        ],
        "IncidentView": incidents(title),
        "Sequence[IncidentView]": [incidents(title)[:1], incidents(title)],
        "MaintenanceView": planned(title),
        "dict[str, str]": [{str(LARGEST_ID - place): title for place in range(9)}],
    }


def _with_files() -> MessageView:
    one = AttachmentView(id=LARGEST_ID, name="f", media_type="image/png", size=1, key="0" * 64)
    edited = {"id": LARGEST_ID, "edited_at": NOON, "attachments": [one] * 10}
    return message().model_copy(update=edited)


def _whole(status: TicketStatus) -> TicketView:
    facts = ticket(LARGEST_ID).model_copy(update={"status": status})
    return TicketView(
        **dict(facts),
        last_message_at=NOON,
        unread=0,
        description="",
        context={},
        messages=[_with_files()],
    )


def makers() -> list[Callable[..., Keyboard]]:
    """Every public function in the package of buttons that makes a keyboard of values."""
    modules = [
        import_module(one.name) for one in iter_modules(buttons.__path__, "services.bot.buttons.")
    ]
    return [
        made
        for module in modules
        for name, made in vars(module).items()
        if isinstance(made, FunctionType)
        and made.__module__ == module.__name__
        and not name.startswith("_")
        and get_type_hints(made)["return"] == Keyboard
        and name != "pairs"
    ]


def keyboards(make: Callable[..., Keyboard], title: str) -> Iterator[Keyboard]:
    """With the largest values of each parameter, in every combination."""
    values = largest(title)
    parameters = inspect.signature(make, eval_str=False).parameters
    hints = {name: one.annotation for name, one in parameters.items()}
    tried = [values[_in_words(hint)] for hint in hints.values()]
    for chosen in product(*tried):
        given = dict(zip(parameters, chosen, strict=True))
        positional = [
            given.pop(name)
            for name, one in parameters.items()
            if one.kind in (one.POSITIONAL_OR_KEYWORD, one.VAR_POSITIONAL)
        ]
        yield make(*positional, **given)


def _in_words(hint: object) -> str:
    told = hint.__name__ if isinstance(hint, type) and "[" not in str(hint) else str(hint)
    return re.sub(r"\b[a-z_.]+\.(?=[A-Z])", "", told)


@pytest.mark.parametrize("make", makers(), ids=lambda make: make.__name__)
def test_the_data_of_every_button_fits_for_the_largest_numbers(
    make: Callable[..., Keyboard],
) -> None:
    made = list(keyboards(make, "т" * 200))

    assert any(made)
    for button in (button for keyboard in made for row in keyboard for button in row):
        assert 1 <= len(button.data.encode()) <= MAX_DATA_BYTES, button
        assert 1 <= len(button.text) <= LONGEST_LABEL, button


@pytest.mark.parametrize("make", makers(), ids=lambda make: make.__name__)
def test_telegram_takes_every_keyboard_whatever_an_incident_is_called(
    make: Callable[..., Keyboard],
) -> None:
    for title in filter(sendable, CORPUS):
        for keyboard in keyboards(make, title):
            shown = [
                [{"text": one.text, "callback_data": one.data} for one in row] for row in keyboard
            ]
            read_markup(Parameters({"reply_markup": {"inline_keyboard": shown}}))


def test_the_keyboards_are_all_found() -> None:
    found = {make.__name__ for make in makers()}

    assert found >= {
        "ticket_card",
        "incident_card",
        "request_card",
        "which_incident",
        "maintenance",
    }
    assert found == {
        name
        for name in buttons.__all__
        if isinstance(made := getattr(buttons, name), FunctionType)
        and get_type_hints(made)["return"] == Keyboard
    }


def test_buttons_are_made_in_their_own_package_alone() -> None:
    elsewhere = [
        path.name
        for path in BOT.rglob("*.py")
        if "buttons" not in path.parts
        and re.search(r"\bButton\(", path.read_text(encoding="utf-8"))
    ]

    assert elsewhere == ["outbox.py"], "outbox reads back what was made"


def test_a_code_that_does_not_fit_is_a_bug_that_shows_at_once() -> None:
    with pytest.raises(AssertionError):
        buttons.code("q", LARGEST_ID, LARGEST_ID, LARGEST_ID, LARGEST_ID)


def test_a_keyboard_comes_back_from_the_outbox_as_it_was() -> None:
    from services.bot.sending.outbox import read_buttons, write_buttons

    kept = tuple((Button(title, "q:1"),) for title in CORPUS if sendable(title))

    assert read_buttons(write_buttons(kept)) == kept
