"""The day of the pictures in docs/bot.md still plays; no browser is needed to see that."""

import re
from collections.abc import Callable
from pathlib import Path

from docs.drawing.day import played
from docs.drawing.page import page

GUIDE = Path(__file__).parents[2] / "docs" / "bot.md"


def test_the_day_plays_and_has_every_picture_of_the_guide(
    tmp_path: Path, new_amqp_url: Callable[[], str]
) -> None:
    album = played(tmp_path, new_amqp_url())

    named = re.findall(r"\(bot/([a-z-]+)\.png\)", GUIDE.read_text(encoding="utf-8"))
    assert sorted(shot.name for shot in album.shots) == sorted(named)
    assert all(shot.messages for shot in album.shots)
    for shot in album.shots:
        assert "</html>" in page(shot)
