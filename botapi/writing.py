"""Files that somebody else reads while they are written."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A reader sees the whole file or none."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
