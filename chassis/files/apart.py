"""The store of files asked by a process of its own, for services that run on green threads.

What speaks to a bucket runs an asyncio loop in a thread, and both are not what it takes them for
where eventlet has patched the standard library. A folder needs nothing of that.
"""

import json
import subprocess
import sys
from collections.abc import Collection
from datetime import datetime
from typing import Any

from chassis.files.place import folder_of
from chassis.files.store import FileStore
from contracts.errors import Unavailable

LONGEST_SECONDS = 120.0


class StoreApart:
    """What sweeping needs of a FileStore; a process is started for each question."""

    def __init__(self, url: str) -> None:
        self._url = url

    def kept_before(self, beginning: str, before: datetime) -> list[str]:
        """See FileStore."""
        found = self._asked("kept_before", beginning, before)
        return [str(key) for key in found]

    def remove_all(self, keys: Collection[str], before: datetime) -> int:
        """See FileStore."""
        return int(self._asked("remove_all", list(keys), before)) if keys else 0

    def _asked(self, method: str, what: Any, before: datetime) -> Any:
        question = json.dumps([self._url, method, what, before.isoformat()])
        try:
            answered = subprocess.run(
                [sys.executable, "-m", "chassis.files.apart"],
                input=question,
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable("the store of files does not answer in time") from None
        if answered.returncode != 0:
            last = (answered.stderr.strip() or "no reason given").splitlines()[-1]
            raise Unavailable(f"the store of files cannot be swept: {last}")
        return json.loads(answered.stdout)


def sweepable(url: str) -> FileStore | StoreApart:
    """The store, as green threads can ask it."""
    return FileStore(url) if folder_of(url) is not None else StoreApart(url)


def _answer() -> None:
    url, method, what, before = json.load(sys.stdin)
    store = FileStore(url)
    ask = store.kept_before if method == "kept_before" else store.remove_all
    json.dump(ask(what, datetime.fromisoformat(before)), sys.stdout)


if __name__ == "__main__":
    _answer()
