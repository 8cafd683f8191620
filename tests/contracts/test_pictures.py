"""The bot's guide in pictures has every picture, and every picture has its place there."""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parents[2] / "docs"
NAMED = re.findall(r"!\[[^\]]+\]\(bot/([a-z-]+)\.png\)", (DOCS / "bot.md").read_text("utf-8"))
PICTURES = {path.stem: path.read_bytes() for path in (DOCS / "bot").glob("*.png")}
SHOT = re.compile(r'(?:shows|asks|shoot)\(\s*"([a-z-]+)"')


def test_every_picture_that_the_guide_names_is_there_once_and_no_other() -> None:
    assert len(NAMED) == len(set(NAMED))
    assert set(NAMED) == PICTURES.keys()


def test_the_day_takes_every_picture() -> None:
    acts = (DOCS / "drawing").glob("*.py")
    taken = [name for path in acts for name in SHOT.findall(path.read_text("utf-8"))]

    assert sorted(taken) == sorted(NAMED)


def test_pictures_are_small_enough_for_whoever_reads_them_on_the_way() -> None:
    assert {name: len(data) for name, data in PICTURES.items() if len(data) >= 80_000} == {}
    assert sum(map(len, PICTURES.values())) < 1_800_000
    for data in PICTURES.values():
        with Image.open(BytesIO(data)) as image:
            assert (image.format, image.width) == ("PNG", 585)
