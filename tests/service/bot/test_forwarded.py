"""What somebody passes on was said by another, who gives no commands."""

import pytest

from tests.service.bot.test_worker import Bench, bench
from tests.support.bot_rows import ANNA, IVAN

__all__ = ["bench"]

OF_A_USER = {"type": "hidden_user", "date": 0, "sender_user_name": "Кто-то"}


@pytest.mark.parametrize("call", ["/reply 42 Всё починено", "/resolve Всё починено", "/close 17"])
def test_a_command_that_an_agent_passes_on_is_not_carried_out(bench: Bench, call: str) -> None:
    """Or whoever wrote it would act in the agent's name."""
    bench.writes(ANNA, text=call, forward_origin=OF_A_USER)

    bench.works(lambda: bench.said("Пересланные команды я не выполняю"))

    assert bench.tickets.answered == {}


def test_what_a_user_passes_on_is_words_however_it_begins(bench: Bench) -> None:
    bench.writes(IVAN, text="/start link_7", forward_origin=OF_A_USER)

    bench.works(lambda: bench.said("принято"))

    assert [command.description for command in bench.tickets.opened.values()] == ["/start link_7"]
