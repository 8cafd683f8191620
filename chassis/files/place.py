"""Where the files are kept: a folder by default, or a bucket that is spoken to as S3 is."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field

from chassis.settings import ProcessSettings

EXAMPLES = "a folder such as /var/lib/support/files, or a bucket such as s3://bucket/prefix"


def folder_of(url: str) -> Path | None:
    """The folder that the address names, with or without file://; None for a bucket."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if "://" in url else Path(url)


def _is_place(url: str) -> str:
    folder, parts = folder_of(url), urlsplit(url)
    if folder is not None:
        if not folder.is_absolute() or parts.netloc or folder == Path("/"):
            raise ValueError(f"must be {EXAMPLES}")
        return url
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"must be {EXAMPLES}")
    if "@" in parts.netloc:
        raise ValueError("must have no key in it: that stands in AWS_ACCESS_KEY_ID and its like")
    if find_spec("s3fs") is None:
        raise ValueError("names a bucket, for which the package s3fs is missing: pip install s3fs")
    return url


FilesUrl = Annotated[str, AfterValidator(_is_place)]
"""An address of a place that can be reached from here."""


class FilesSettings(ProcessSettings):
    """What a process needs to know that keeps files, or gives them out."""

    files_url: FilesUrl | None = Field(None, alias="SUPPORT_FILES_URL", repr=False)

    @property
    def files_at(self) -> str:
        """Where they are; without a word in the data directory."""
        return self.files_url or str(self.data_dir / "files")
