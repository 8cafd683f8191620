"""Which agents somebody means by a few words."""

import pytest

from contracts.tickets import AgentView
from services.bot.naming import agents_meant

PEOPLE = [
    AgentView(id="tg:1", name="Анна", telegram_id=1),
    AgentView(id="tg:2", name="Анна Белова", telegram_id=2),
    AgentView(id="tg:3", name="Марианна Щукина", telegram_id=3),
    AgentView(id="tg:44", name="Bob 7", telegram_id=44),
]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("анна", [1]),
        ("АННА белова", [2]),
        ("бел", [2]),
        ("белова анна", [2]),
        ("ан", [1, 2]),
        ("@bob", [44]),
        ("@44", [44]),
        ("44", [44]),
        ("tg:44", [44]),
        ("7", []),
        ("щук", [3]),
        ("ианн", [3]),
        ("никита", []),
        ("@", []),
        ("9" * 19, []),
    ],
)
def test_a_whole_name_goes_before_a_beginning_and_that_before_a_part(
    words: str, meant: list[int]
) -> None:
    assert [agent.telegram_id for agent in agents_meant(PEOPLE, words)] == meant
