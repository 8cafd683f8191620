"""The files that bots may fetch: each bot under ids of its own, by paths that getFile has told."""

from dataclasses import dataclass

from botapi.errors import bad_request
from botapi.media import MAX_DOWNLOAD_BYTES, Media, path_of
from botapi.wire import FileKind, Json


@dataclass(frozen=True)
class _Kept:
    media: Media
    path: str


class FileShelf:
    """Not locked by itself: the world's lock guards it."""

    def __init__(self) -> None:
        self._by_id: dict[tuple[int, str], _Kept] = {}
        self._told: dict[tuple[int, str], Media] = {}
        self._count = 0

    def keep(self, bot_id: int, media: Media) -> None:
        """From now on this bot may name the file by its ids."""
        self._count += 1
        kept = _Kept(media, path_of(media, self._count))
        for file_id in media.ids():
            self._by_id[bot_id, file_id] = kept

    def find(self, bot_id: int, file_id: str, kind: FileKind) -> Media:
        """What a bot sends again by its id, under the same kind."""
        kept = self._by_id.get((bot_id, file_id))
        if kept is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if kept.media.kind != kind:
            found, wanted = (_spelled(one) for one in (kept.media.kind, kind))
            raise bad_request(f"can't use file of type {found} as {wanted}")
        return kept.media

    def tell(self, bot_id: int, file_id: str) -> Json:
        """What getFile answers; what is larger than 20 MB no bot gets."""
        kept = self._by_id.get((bot_id, file_id))
        if kept is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        size = len(kept.media.data)
        if size > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        self._told[bot_id, kept.path] = kept.media
        return {
            "file_id": file_id,
            "file_unique_id": file_id[:12],
            "file_size": size,
            "file_path": kept.path,
        }

    def at(self, bot_id: int, path: str) -> bytes | None:
        """The bytes at a path that getFile has told."""
        media = self._told.get((bot_id, path))
        return None if media is None else media.data

    def clear(self) -> None:
        self._by_id.clear()
        self._told.clear()


def _spelled(kind: FileKind) -> str:
    return kind.title().replace("_", "")
