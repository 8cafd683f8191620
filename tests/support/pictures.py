"""A picture for tests that do not look at it."""

from io import BytesIO

from PIL import Image


def picture(width: int = 90, height: int = 60, kind: str = "PNG") -> bytes:
    """One colour; `kind` is PNG or JPEG. The same arguments give the same bytes."""
    kept = BytesIO()
    Image.new("RGB", (width, height), "navy").save(kept, kind)
    return kept.getvalue()
