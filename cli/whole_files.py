"""Notes on disk that are there whole, or as they were before."""

import os
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Replace a file that nobody else may read. On a full disk, or when the power fails, the old
    words stay. Raises OSError."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        unfinished.touch(mode=0o600)
        with unfinished.open("w", encoding="utf-8") as words:
            words.write(text)
            words.flush()
            os.fsync(words.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
