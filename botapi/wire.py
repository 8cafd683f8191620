"""The parameters of one call, however they came: query, form, multipart or JSON body.

In a form everything is a string and structures are JSON inside it; in a JSON body they are
values. The readers below accept both, as Telegram does, and read what makes no sense as absent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
FileKind = Literal[
    "photo", "document", "video", "animation", "voice", "audio", "video_note", "sticker"
]


@dataclass(frozen=True)
class Upload:
    """A file as it came, with what its sender says of it."""

    data: bytes
    file_name: str = ""
    mime_type: str = ""


class Parameters:
    def __init__(
        self, values: Mapping[str, object], files: Mapping[str, Upload] | None = None
    ) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._files = files or {}

    def to_json(self) -> Json:
        return dict(self._values)

    def text(self, name: str) -> str:
        value = self._values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def structure(self, name: str) -> Any:
        """The parsed value, or None when it is absent, empty or not JSON."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return None

    def file(self, name: str) -> Upload | None:
        """What was uploaded under this name, or under another that the parameter refers to."""
        attached = self.text(name).removeprefix("attach://")
        return self._files.get(name, self._files.get(attached))

    def within(self, values: Mapping[str, object]) -> "Parameters":
        """A structure of this call, which may refer to the files uploaded with it."""
        return Parameters(values, self._files)

    def given(self, name: str) -> bool:
        return self._values.get(name, "") != ""
