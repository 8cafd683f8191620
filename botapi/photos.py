"""What Telegram makes of an uploaded picture: checked, measured, kept in several sizes."""

import secrets
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from botapi.errors import bad_request
from botapi.wire import FileKind, Json

MAX_BYTES = 10 * 1024 * 1024
MAX_WIDTH_AND_HEIGHT = 10_000
MAX_RATIO = 20
LONGEST_SIDES = (90, 320, 800, 1280)


@dataclass(frozen=True)
class Photo:
    """`data` is what was uploaded; Telegram itself would show it as a JPEG."""

    data: bytes
    width: int
    height: int
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def kind(self) -> FileKind:
        return "photo"

    def copy(self) -> "Photo":
        return Photo(self.data, self.width, self.height)

    def ids(self) -> list[str]:
        return [self._id(side) for side in reversed(self._sides())]

    def to_json(self) -> list[Json]:
        """Its sizes, the smallest first; none is larger than 1280 on its longer side."""
        longest = max(self.width, self.height)
        return [self._size(side, longest) for side in self._sides()]

    def _sides(self) -> list[int]:
        largest = min(max(self.width, self.height), LONGEST_SIDES[-1])
        return [*(side for side in LONGEST_SIDES if side < largest), largest]

    def _id(self, side: int) -> str:
        return f"{self.id}-{side}"

    def _size(self, side: int, longest: int) -> Json:
        return {
            "file_id": self._id(side),
            "file_unique_id": f"{self.id[:12]}-{side}",
            "width": max(1, round(self.width * side / longest)),
            "height": max(1, round(self.height * side / longest)),
            "file_size": len(self.data) * side**2 // longest**2,
        }


def read_photo(data: bytes) -> Photo:
    """Check an upload as Telegram does."""
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MAX_BYTES:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; "
            f"the maximum size is {MAX_BYTES} bytes"
        )
    width, height = _measured(data)
    ratio = max(width, height) / min(width, height)
    if width + height > MAX_WIDTH_AND_HEIGHT or ratio > MAX_RATIO:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return Photo(data, width, height)


def _measured(data: bytes) -> tuple[int, int]:
    """Width and height. The head is read alone first: a small file may unfold to gigabytes."""
    try:
        with Image.open(BytesIO(data)) as image:
            if sum(image.size) <= MAX_WIDTH_AND_HEIGHT:
                image.load()
            return image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
