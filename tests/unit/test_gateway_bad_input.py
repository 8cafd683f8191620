"""Every field of every endpoint in its wrong forms: a sentence that helps, and nothing is asked."""

import time
from io import BytesIO
from typing import Any

import pytest

from contracts.errors import Invalid
from services.gateway.reading import LARGEST_BODY
from tests.support.gateway import Gateway

OPEN = "/tickets/"
WRITE = "/tickets/42/add_message/"


@pytest.fixture(scope="module")
def lasting_gateway(tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    return Gateway(tmp_path_factory.mktemp("gateway"))


@pytest.fixture
def gateway(lasting_gateway: Gateway) -> Gateway:
    """Whatever it was sent before changed nothing, so one serves all; it was asked nothing yet."""
    lasting_gateway.services.forget()
    return lasting_gateway


def wrong(field: str, value: Any, fault: str | None = None) -> Any:
    """A new ticket in which one field is wrong."""
    return pytest.param({"description": "Не вхожу", field: value}, fault or field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({}, "description"),
        wrong("description", None),
        wrong("description", ""),
        wrong("description", " \n\t\u00a0 "),
        wrong("description", "\u200b\u200e\u2066"),
        wrong("description", "x" * 10_001),
        wrong("description", "🙂" * 10_001),
        wrong("description", "a\0b"),
        wrong("description", "\0"),
        wrong("description", "\ud800"),
        wrong("description", 5),
        wrong("description", True),
        wrong("description", ["x"]),
        wrong("description", {"x": "y"}),
        wrong("subject", ""),
        wrong("subject", "   "),
        wrong("subject", "x" * 201),
        wrong("subject", "a\0"),
        wrong("subject", 1),
        wrong("subject", "\udfff"),
        wrong("category", "moon"),
        wrong("category", "LOGIN"),
        wrong("category", ""),
        wrong("category", 3),
        wrong("category", ["login"]),
        wrong("priority", "P0"),
        wrong("priority", "P4"),
        wrong("priority", "p1"),
        wrong("priority", 1),
        wrong("impact", "none"),
        wrong("impact", False),
        wrong("context", "page"),
        wrong("context", ["page"]),
        wrong("context", {"page": 1}, "context.page"),
        wrong("context", {"page": None}, "context.page"),
        wrong("context", {"page": {"x": "y"}}, "context.page"),
        wrong("context", {"page": "a\0"}, "context.page"),
        wrong("context", {"": "x"}, "context."),
        wrong("context", {" ": "x"}, "context. "),
        wrong("context", {"page": "x" * 4096}),
        wrong("context", {f"k{n}": "🙂" for n in range(600)}),
        wrong("colour", "red"),
        wrong("status", "open"),
        wrong("requester", {"id": "boss"}),
        wrong("source", "telegram"),
    ],
)
def test_a_wrong_new_ticket_is_told_its_field(
    gateway: Gateway, body: dict[str, Any], field: str
) -> None:
    answer = gateway.as_user().posts(OPEN, body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "invalid"
    assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert answer.json["errors"][0]["message"]
    assert not gateway.services.asked


@pytest.mark.parametrize("message", [None, "", "  ", "x" * 10_001, "a\0", "\udc00", 7, [], {}])
def test_a_wrong_message_is_told_its_field(gateway: Gateway, message: Any) -> None:
    for visitor in (gateway.as_user(), gateway.as_admin()):
        answer = visitor.posts(WRITE, {"message": message})

        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["field"] == "message"
    assert not gateway.services.asked


def test_every_fault_is_told_at_once(gateway: Gateway) -> None:
    answer = gateway.as_user().posts(OPEN, {"category": "moon", "priority": "P0", "x": 1})

    assert answer.json is not None
    fields = {fault["field"] for fault in answer.json["errors"]}
    assert fields == {"description", "category", "priority", "x"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b'{"description": "x"} x', 400, "malformed_json"),
        (b"{'description': 'x'}", 400, "malformed_json"),
        (b'{"description": "x", "description": "y"}', 400, "malformed_json"),
        (b'{"description": NaN}', 400, "malformed_json"),
        (b'{"description": -Infinity}', 400, "malformed_json"),
        (b'{"description": "a\nb"}', 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b'{"n": ' + b"9" * 5000 + b"}", 400, "malformed_json"),
        (b'\xef\xbb\xbf{"description": "x"}', 400, "malformed_json"),
        (b'{"description": "\xff"}', 400, "not_utf8"),
        ('{"description": "Привет"}'.encode("cp1251"), 400, "not_utf8"),
        (b"[]", 422, "invalid"),
        (b'"x"', 422, "invalid"),
        (b"null", 422, "invalid"),
        (b"1", 422, "invalid"),
        (b'{"description": "' + b"x" * 262_144 + b'"}', 413, "payload_too_large"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    gateway: Gateway, body: bytes, status: int, code: str
) -> None:
    for path in (OPEN, WRITE):
        answer = gateway.as_user().posts(path, body)

        assert answer.status_code == status
        assert answer.json is not None
        assert answer.json["code"] == code
    assert not gateway.services.asked


def test_of_many_names_the_one_that_comes_twice_is_found_soon_and_told_in_short(
    gateway: Gateway,
) -> None:
    """Comparing each with each would take a worker 20 s."""
    twice = "x" * 5_000
    names = [f'"{number:x}":1' for number in range(20_000)]
    body = "{" + ",".join([*names, f'"{twice}":1', f'"{twice}":2']) + "}"
    began = time.process_time()

    answer = gateway.as_user().posts(OPEN, body.encode())

    assert time.process_time() - began < 2
    assert answer.status_code == 400
    assert len(answer.data) < 1_000


def test_another_charset_is_told_to_be_the_matter(gateway: Gateway) -> None:
    answer = gateway.as_user().posts(
        OPEN,
        {"description": "x"},
        content_type="application/json; charset=latin-1",
        headers={"Accept-Language": "en"},
    )

    assert answer.status_code == 415
    assert answer.json is not None
    assert answer.json["code"] == "unsupported_media_type"
    assert answer.json["detail"] == (
        "Send UTF-8: JSON in another charset is not accepted. (latin-1)"
    )


def test_a_number_of_thousands_of_digits_is_told_in_our_own_words(gateway: Gateway) -> None:
    body = b'{"description": ' + b"9" * 6000 + b"}"

    answer = gateway.as_user().posts(OPEN, body, headers={"Accept-Language": "en"})

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["detail"] == (
        "The body must be one JSON object. (a number has too many digits)"
    )


@pytest.mark.parametrize("tail", [b"", b" ", b" " * 300_000, b"}" * 300_000])
def test_a_chunked_body_over_the_limit_is_too_large_and_never_cut(
    gateway: Gateway, tail: bytes
) -> None:
    start = b'{"description": "x"}'
    body = start + b" " * (LARGEST_BODY - len(start)) + tail

    answer = gateway.as_user().asks(
        "POST",
        OPEN,
        headers={"Transfer-Encoding": "chunked"},
        input_stream=BytesIO(body),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == (413 if tail else 201)
    assert gateway.services.was_asked("tickets.open_ticket") is not bool(tail)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=cp1251",
    ],
)
def test_a_body_that_is_not_announced_as_json_is_refused(
    gateway: Gateway, content_type: str | None
) -> None:
    answer = gateway.as_user().posts(OPEN, {"description": "x"}, content_type=content_type)

    assert answer.status_code == 415
    assert answer.json is not None
    assert answer.json["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.0", "limit"),
        ("limit=", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("status=lost", "status"),
        ("status=", "status"),
        ("cursor=", "cursor"),
        ("cursor=a%20b", "cursor"),
        ("cursor=a%00", "cursor"),
        ("cursor=" + "x" * 513, "cursor"),
        ("priority=P9", "priority"),
        ("category=moon", "category"),
        ("assignee=", "assignee"),
        ("assignee=%00", "assignee"),
        ("q=%00", "q"),
        ("q=%20", "q"),
        ("q=" + "x" * 201, "q"),
        ("sort=id", "sort"),
    ],
)
def test_a_wrong_filter_is_told_its_name(gateway: Gateway, query: str, field: str) -> None:
    answer = gateway.as_admin().gets(f"/tickets/?{query}")

    assert answer.status_code == 422
    assert answer.json is not None
    assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert not gateway.services.asked


def test_a_cursor_that_tickets_does_not_know_is_told_its_name(gateway: Gateway) -> None:
    gateway.services.answers["tickets.list_tickets"] = Invalid("x", {"cursor": "no such page"})

    answer = gateway.as_user().gets("/tickets/?cursor=abc")

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-13-01",
        "from=2026-03-01T09:00:00",
        "from=2026-03-01T25:00:00Z",
        "from=0001-01-01T00:00:00%2B14:00",
        "to=1",
        "to=",
        "to=9999-12-31",
        "from=2026-03-02&to=2026-03-01",
        "from=2999-01-01",
        "from=2026-03-01T09:00:00Z&to=2026-03-01T09:00:00Z",
        "until=2026-03-01",
    ],
)
def test_a_wrong_period_is_refused(gateway: Gateway, query: str) -> None:
    answer = gateway.as_admin().gets(f"/stats/?{query}")

    assert answer.status_code == 422
    assert not gateway.services.asked


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01",
        "1969-12-31",
        "9999-12-31",
    ],
)
@pytest.mark.parametrize("field", ["from", "to"])
def test_a_date_out_of_range_is_told_by_the_name_the_caller_used(
    gateway: Gateway, field: str, moment: str
) -> None:
    answer = gateway.as_admin().gets(f"/stats/?{field}={moment}", headers={"Accept-Language": "en"})

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"] == [
        {
            "field": field,
            "message": "Out of range: only the years from 1970 to 2999 are counted.",
        }
    ]
    assert not gateway.services.asked


@pytest.mark.parametrize(
    "number", ["0", "9223372036854775808", "9" * 100, "-1", "abc", "4.2", "%00", "42x"]
)
def test_an_impossible_id_is_not_found(gateway: Gateway, number: str) -> None:
    visitor = gateway.as_user()

    assert visitor.gets(f"/tickets/{number}/").status_code == 404
    written = visitor.posts(f"/tickets/{number}/add_message/", {"message": "x"})
    assert written.status_code == 404
    assert not gateway.services.asked


@pytest.mark.parametrize("key", ["", "x" * 129, "ключ".encode().decode("latin-1"), "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(gateway: Gateway, key: str) -> None:
    answer = gateway.as_user().posts(OPEN, {"description": "x"}, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("query", ["probe=dead", "probe=", "x=1", "probe=live&probe=live"])
def test_a_wrong_question_about_health_is_refused(gateway: Gateway, query: str) -> None:
    assert gateway.as_anyone().gets(f"/health/?{query}").status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "🙂" * 10_000,
        "مرحبا \u202e بالعالم",
        "<b>жирно</b> & *курсив* [ссылка](http://example.com)",
        "x" * 4097,
        "строка\n\n\tещё одна",
        "'; DROP TABLE tickets; --",
    ],
)
def test_whatever_a_person_may_write_arrives_as_it_is(gateway: Gateway, text: str) -> None:
    answer = gateway.as_user().posts(OPEN, {"description": f"  {text}\n"})

    assert answer.status_code == 201
    assert gateway.services.last("tickets.open_ticket").description == text
