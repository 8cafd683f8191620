"""Marks become a PNG. Knows Pillow and nothing of what the marks mean.

Every length is in points of a phone 400 wide; the picture has 2.5 pixels for each, so that it is
sharp there and Telegram, which shrinks what is longer than 1280 pixels, leaves it alone.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

PIXELS = 2.5
COLOURS = 128
"""Enough for a few colours and the edges of letters; the file is a third of one with all."""

Anchor = Literal["ls", "ms", "rs"]
"""Where a text's point is: at its left, middle or right, on the base line."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Bar:
    """A filled box."""

    box: Box
    colour: str


@dataclass(frozen=True)
class Text:
    text: str
    x: float
    y: float
    size: float
    colour: str
    anchor: Anchor = "ls"
    is_bold: bool = False

    def within(self, room: float) -> "Text":
        """The same, smaller when it would take more than so many points."""
        left, _, right, _ = self.box
        taken = right - left
        return self if taken <= room else replace(self, size=self.size * room / taken)

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return _font(self.is_bold, self.size * PIXELS)

    @property
    def box(self) -> Box:
        """The room it takes."""
        left, top, right, bottom = self.font.getbbox(self.text, anchor=self.anchor)
        return (
            self.x + left / PIXELS,
            self.y + top / PIXELS,
            self.x + right / PIXELS,
            self.y + bottom / PIXELS,
        )


@dataclass(frozen=True)
class Drawing:
    """Marks on white, in the order of painting."""

    width: float
    height: float
    marks: tuple[Bar | Text, ...]


def png(drawing: Drawing) -> bytes:
    """Paint it. The same marks give the same bytes."""
    size = (round(drawing.width * PIXELS), round(drawing.height * PIXELS))
    image = Image.new("RGB", size, "white")
    canvas = ImageDraw.Draw(image)
    for mark in drawing.marks:
        _paint(canvas, mark)
    kept = BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "PNG")
    return kept.getvalue()


def _paint(canvas: ImageDraw.ImageDraw, mark: Bar | Text) -> None:
    if isinstance(mark, Text):
        place = (mark.x * PIXELS, mark.y * PIXELS)
        canvas.text(place, mark.text, mark.colour, mark.font, mark.anchor)
        return
    left, top, right, bottom = (round(edge * PIXELS) for edge in mark.box)
    if right > left and bottom > top:
        canvas.rectangle((left, top, right - 1, bottom - 1), mark.colour)


@lru_cache(64)
def _font(is_bold: bool, size: float) -> ImageFont.FreeTypeFont:
    """Laid out by Pillow itself: whether this machine has another engine must not be seen."""
    name = "Manrope-SemiBold.ttf" if is_bold else "Manrope-Regular.ttf"
    font = BytesIO(files("font_manrope").joinpath("files", name).read_bytes())
    return ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)
