"""What all faces of the public status have in common, whoever asks and whatever is down."""

from collections.abc import Callable, Hashable
from pathlib import Path

import pytest

from contracts.incidents import StatusView
from services.gateway.drawings import Drawings
from tests.support.gateway import NOW, Gateway
from tests.support.public_facts import eventful

JSON = (
    "/api/v2/summary.json",
    "/api/v2/status.json",
    "/api/v2/components.json",
    "/api/v2/incidents.json",
    "/api/v2/incidents/unresolved.json",
    "/api/v2/scheduled-maintenances.json",
    "/api/v2/scheduled-maintenances/upcoming.json",
    "/api/v2/scheduled-maintenances/active.json",
)
PICTURES = ("/status/feed.atom", "/status/badge.svg")
FACES = (*JSON, *PICTURES)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    gateway = Gateway(tmp_path)
    gateway.board.hear(eventful(NOW), NOW)
    return gateway


@pytest.mark.parametrize("path", FACES)
def test_it_asks_nobody_and_any_page_may_read_it(gateway: Gateway, path: str) -> None:
    told = gateway.as_anyone().gets(path, headers={"Origin": "https://elsewhere.example"})

    assert told.status_code == 200
    assert gateway.services.asked == []
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert told.headers["Cache-Control"] == "public, max-age=2, stale-while-revalidate=30"
    assert told.headers["Content-Language"] == "ru"
    assert "Accept-Language" in told.headers["Vary"]


@pytest.mark.parametrize("path", FACES)
def test_the_same_facts_are_not_sent_twice(gateway: Gateway, tmp_path: Path, path: str) -> None:
    other = Gateway(tmp_path / "other")
    other.board.hear(eventful(NOW), NOW)
    first = gateway.as_anyone().gets(path)

    again = other.as_anyone().gets(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"].startswith('W/"')
    assert (again.status_code, again.data) == (304, b"")
    english = {"If-None-Match": first.headers["ETag"], "Accept-Language": "en"}
    assert gateway.as_anyone().gets(path, headers=english).status_code == 200


@pytest.mark.parametrize("path", ["/status/feed.atom", "/api/v2/incidents.json"])
def test_it_links_to_where_it_was_asked_and_is_not_drawn_anew_for_each_host(
    gateway: Gateway, path: str
) -> None:
    drawings = gateway.app.extensions["drawings"] = CountedDrawings()

    for host in ("desk.example", "desk.example:8080", "another.example"):
        told = gateway.as_anyone().gets(path, base_url=f"http://{host}")
        assert f"http://{host}/status" in told.text
        assert "here.invalid" not in told.text

    assert drawings.drawn == 1


class CountedDrawings(Drawings):
    """Counts what had to be drawn."""

    drawn = 0

    def get(self, key: Hashable, draw: Callable[[], str]) -> str:
        def count() -> str:
            self.drawn += 1
            return draw()

        return super().get(key, count)


@pytest.mark.parametrize("path", FACES)
def test_its_head_is_told_without_its_body(gateway: Gateway, path: str) -> None:
    whole = gateway.as_anyone().gets(path)

    head = gateway.as_anyone().asks("HEAD", path)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("path", FACES)
@pytest.mark.parametrize("query", ["utm_source=letter", "_=1", "x=%FF", "lang=de", "x=1&x=2"])
def test_nobody_is_turned_away_for_what_else_stands_in_the_address(
    gateway: Gateway, path: str, query: str
) -> None:
    told = gateway.as_anyone().gets(path, query_string=query)

    assert (told.status_code, told.data) == (200, gateway.as_anyone().gets(path).data)


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_may_be_wished_in_a_language(gateway: Gateway, path: str) -> None:
    russian = gateway.as_anyone().gets(path, headers={"Accept-Language": "ru"})
    wished = gateway.as_anyone().gets(
        path, query_string={"lang": "en"}, headers={"Accept-Language": "ru"}
    )
    assert (russian.headers["Content-Language"], wished.headers["Content-Language"]) == ("ru", "en")
    assert russian.data != wished.data
    assert russian.headers["ETag"] != wished.headers["ETag"]


@pytest.mark.parametrize("path", FACES)
def test_what_is_newly_heard_is_told_at_once(gateway: Gateway, path: str) -> None:
    before = gateway.as_anyone().gets(path)

    gateway.board.hear(StatusView(status="operational", updated_at=NOW, version=13), NOW)

    after = gateway.as_anyone().gets(path)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert gateway.as_anyone().gets(path).data == after.data
    assert after.data != before.data


@pytest.mark.parametrize("path", FACES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_can_only_be_read(gateway: Gateway, path: str, method: str) -> None:
    refused = gateway.as_anyone().asks(method, path)

    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]


def test_the_contract_lists_them(gateway: Gateway) -> None:
    document = gateway.as_anyone().gets("/openapi.json").json

    assert document is not None
    for path in FACES:
        described = document["paths"][path]["get"]
        assert described["security"] == []
        assert "ETag" in described["responses"]["200"]["headers"]
        assert "304" in described["responses"]


@pytest.mark.parametrize("path", JSON)
def test_what_is_told_has_exactly_the_described_fields(gateway: Gateway, path: str) -> None:
    document = gateway.as_anyone().gets("/openapi.json").json
    told = gateway.as_anyone().gets(path).json

    assert document is not None
    assert told is not None
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert list(told) == list(document["components"]["schemas"][name]["properties"])
