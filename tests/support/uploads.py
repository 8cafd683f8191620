"""Forms with files as people send them to a gateway, and what is kept of them."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from chassis.files.store import BEGINNINGS, FileStore
from chassis.settings import load
from services.gateway.settings import Settings
from tests.support.files import ACCEPTED
from tests.support.gateway import SECRET, Gateway

OPEN = "/tickets/"
WRITE = "/tickets/42/add_message/"
PNG = ACCEPTED["image/png"]
TEXT_OF = {OPEN: "description", WRITE: "message"}
COMMAND_OF = {OPEN: "tickets.open_ticket", WRITE: "tickets.add_user_message"}
FORM = "multipart/form-data; boundary=xx"
HEAD = b'--xx\r\nContent-Disposition: form-data; name="attachments"; filename="a.png"\r\n\r\n'


def sends(
    gateway: Gateway,
    path: str = OPEN,
    files: Sequence[tuple[str, bytes]] = (),
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> TestResponse:
    data = MultiDict(fields.items())
    for name, contents in files:
        data.add("attachments", FileStorage(io.BytesIO(contents), name, "attachments"))
    _, body = encode_multipart(data, "xx")
    headers = {"Accept-Language": "en", **(headers or {})}
    return gateway.as_user().posts(path, body, content_type=FORM, headers=headers)


def told(answer: TestResponse) -> dict[str, Any]:
    assert isinstance(answer.json, dict), answer.text
    return answer.json


def kept(store: FileStore) -> list[str]:
    later = datetime.now(UTC) + timedelta(days=1)
    return [key for one in BEGINNINGS for key in store.kept_before(one, later)]


def refuses(gateway: Gateway, store: FileStore, answer: TestResponse, status: int) -> Any:
    """Nothing was asked of anybody, and nothing kept."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert gateway.services.asked == []
    assert kept(store) == []
    return told(answer)


def rules(tmp_path: Path, **changed: Any) -> Gateway:
    """A gateway before a desk with other rules for files."""
    settings = load(Settings, {"SUPPORT_JWT_SECRET": SECRET})
    text = Path("support.toml").read_text(encoding="utf-8")
    for name, value in changed.items():
        assert f"{name} = " in text
        text = "\n".join(
            f"{name} = {value}" if line.startswith(f"{name} = ") else line
            for line in text.splitlines()
        )
    file = tmp_path / "desk.toml"
    file.write_text(text, encoding="utf-8")
    assert settings.file.attachments.at_once == 10
    return Gateway(tmp_path, SUPPORT_CONFIG=str(file))
