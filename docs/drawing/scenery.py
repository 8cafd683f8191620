"""A picture that somebody in the day sends."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (640, 360)


def screenshot() -> bytes:
    """A page with a course on it, without a word to read."""
    image = Image.new("RGB", SIZE, "#eef2f7")
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 640, 48), "#2f6ea5")
    for place in range(3):
        left = 28 + 200 * place
        canvas.rounded_rectangle((left, 80, left + 184, 320), 12, "white")
        canvas.rectangle((left + 16, 96, left + 168, 190), "#9cc3e5" if place else "#7bbf8a")
        canvas.rectangle((left + 16, 210, left + 150, 222), "#c3ccd6")
        canvas.rectangle((left + 16, 234, left + 110, 246), "#dde3ea")
    canvas.ellipse((150, 268, 186, 304), "#3c9d55")
    canvas.line([(159, 286), (166, 294), (178, 278)], "white", 4)
    kept = BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
