"""The headers of every answer and the shape of every error."""

from pathlib import Path

import pytest

from chassis.catalogue import LANGUAGES, Catalogue
from contracts.errors import ContractError, Unavailable, errors_by_code
from services.gateway.problems import STATUS_OF_CODE
from tests.support.gateway import Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path, SUPPORT_CORS_ORIGINS="https://app.example.com")


def test_an_error_is_a_problem_with_every_member(gateway: Gateway) -> None:
    answer = gateway.as_user().gets("/nothing/", headers={"X-Request-ID": "abc-1.2_3"})

    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "/api/support/docs/#not_found",
        "title": "Не найдено",
        "status": 404,
        "detail": "По этому адресу ничего нет.",
        "code": "not_found",
        "errors": [],
        "request_id": "abc-1.2_3",
    }
    assert answer.headers["X-Request-ID"] == "abc-1.2_3"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "<script>", "ü"])
def test_an_unsafe_request_id_is_replaced(gateway: Gateway, given: str) -> None:
    answer = gateway.as_anyone().gets("/status/", headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] not in {"", given}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/status/", 200),
        ("GET", "/status", 200),
        ("GET", "/", 302),
        ("GET", "/tickets", 308),
        ("GET", "/tickets/", 401),
        ("GET", "/nothing", 404),
        ("DELETE", "/tickets/", 405),
        ("OPTIONS", "/tickets/", 200),
    ],
)
def test_every_answer_carries_a_request_id(
    gateway: Gateway, method: str, path: str, status: int
) -> None:
    answer = gateway.as_anyone().asks(method, path)

    assert answer.status_code == status
    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_words_follow_accept_language_and_the_desk(tmp_path: Path) -> None:
    english = Gateway(tmp_path, SUPPORT_LOCALE="en").as_anyone()
    titles = [
        english.gets("/nothing/").json,
        english.gets("/nothing/", headers={"Accept-Language": "ru-RU,ru;q=0.9"}).json,
        english.gets("/nothing/", headers={"Accept-Language": "fr"}).json,
    ]

    assert [each and each["title"] for each in titles] == ["Not found", "Не найдено", "Not found"]


@pytest.mark.parametrize(
    ("method", "path", "target"),
    [
        ("GET", "/tickets", "/api/support/tickets/"),
        ("POST", "/tickets", "/api/support/tickets/"),
        ("GET", "/tickets/42?x=1", "/api/support/tickets/42/?x=1"),
        ("POST", "/tickets/42/add_message", "/api/support/tickets/42/add_message/"),
        ("GET", "/health?probe=live", "/api/support/health/?probe=live"),
    ],
)
def test_a_missing_slash_is_mended_on_the_same_host(
    gateway: Gateway, method: str, path: str, target: str
) -> None:
    answer = gateway.as_user().asks(method, path, headers={"Host": "evil.example"})

    assert answer.status_code == 308
    assert answer.headers["Location"] == target


def test_a_wrong_method_is_told_the_right_ones(gateway: Gateway) -> None:
    answer = gateway.as_user().asks("PATCH", "/tickets/42/")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert answer.json is not None
    assert answer.json["code"] == "method_not_allowed"


def test_silence_is_told_with_a_time_to_retry(gateway: Gateway) -> None:
    gateway.services.answers["tickets.get_ticket"] = Unavailable("no answer")

    answer = gateway.as_user().gets("/tickets/42/")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("bug", [RuntimeError("secret internals"), ContractError("secret")])
def test_a_bug_tells_no_internals(gateway: Gateway, bug: Exception) -> None:
    gateway.services.answers["tickets.get_ticket"] = bug

    answer = gateway.as_user().gets("/tickets/42/")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json is not None
    assert answer.json["code"] == "internal_error"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("error", list(errors_by_code().values()))
def test_every_contract_error_has_an_answer(gateway: Gateway, error: type[ContractError]) -> None:
    gateway.services.answers["tickets.get_ticket"] = error("x")

    answer = gateway.as_user().gets("/tickets/42/")

    assert answer.json is not None
    assert answer.json["code"] in STATUS_OF_CODE
    assert answer.status_code == STATUS_OF_CODE[answer.json["code"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    words = Catalogue.read(language, "gateway")

    for code in STATUS_OF_CODE:
        assert words(f"title.{code}") != words(f"detail.{code}")


def test_status_may_be_read_from_anywhere(gateway: Gateway) -> None:
    answer = gateway.as_anyone().gets("/status/", headers={"Origin": "https://evil.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://app.example.com", "https://app.example.com"),
        ("https://evil.example", None),
        ("null", None),
        ("https://app.example.com.evil.example", None),
    ],
)
def test_the_rest_may_be_read_from_the_named_origins(
    gateway: Gateway, origin: str, allowed: str | None
) -> None:
    visitor = gateway.as_user()

    answers = [
        visitor.gets("/tickets/", headers={"Origin": origin}),
        visitor.gets("/tickets/0/", headers={"Origin": origin}),
        visitor.asks(
            "OPTIONS",
            "/tickets/",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
        ),
    ]

    for answer in answers:
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in answer.headers["Vary"]
    assert answers[2].status_code == 204
    assert ("Access-Control-Allow-Headers" in answers[2].headers) is (allowed is not None)


def test_what_is_private_is_stored_nowhere(gateway: Gateway) -> None:
    assert gateway.as_user().gets("/tickets/42/").headers["Cache-Control"] == "no-store"
