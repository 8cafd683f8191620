"""The documentation cannot differ from the routes, and is whole."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.gateway.operations import check_all_described
from services.gateway.problems import STATUS_OF_CODE
from tests.support.gateway import Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


@pytest.fixture
def document(gateway: Gateway) -> dict[str, Any]:
    found = gateway.as_anyone().gets("/openapi.json").json
    assert isinstance(found, dict)
    return found


def references(part: Any) -> set[str]:
    """Every `$ref` anywhere below."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(each) for each in part.values()))
    return set().union(*(references(each) for each in part)) if isinstance(part, list) else set()


def test_every_endpoint_of_the_contract_is_described(document: dict[str, Any]) -> None:
    described = {(method, path) for path, item in document["paths"].items() for method in item}

    base = "/api/support"
    assert described >= {
        ("get", f"{base}/status/"),
        ("get", f"{base}/health/"),
        ("post", f"{base}/tickets/"),
        ("get", f"{base}/tickets/"),
        ("get", f"{base}/tickets/{{ticket_id}}/"),
        ("post", f"{base}/tickets/{{ticket_id}}/add_message/"),
        ("get", f"{base}/stats/"),
        ("get", f"{base}/categories/"),
        ("get", f"{base}/priorities/"),
    }
    assert document["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_every_operation_has_security_answers_and_errors_with_examples(
    document: dict[str, Any],
) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["operationId"], path
            assert "security" in operation
            assert any(status.startswith("2") for status in operation["responses"])
            problems = operation["responses"]["500"]["content"]["application/problem+json"]
            assert problems["examples"]
            if operation["security"]:
                assert {"401", "429"} <= operation["responses"].keys()
            for answer in operation["responses"].values():
                assert "X-Request-ID" in answer["headers"]


def test_writes_describe_their_key_and_their_limits(document: dict[str, Any]) -> None:
    opening = document["paths"]["/api/support/tickets/"]["post"]

    assert "Idempotency-Key" in [each["name"] for each in opening["parameters"]]
    assert {"201", "400", "409", "413", "415", "422", "503"} <= opening["responses"].keys()
    assert "Location" in opening["responses"]["201"]["headers"]
    form = document["components"]["schemas"]["NewTicket"]
    assert form["additionalProperties"] is False
    assert form["properties"]["description"]["maxLength"] == 10_000


def test_a_real_answer_has_exactly_the_described_fields(
    gateway: Gateway, document: dict[str, Any]
) -> None:
    ticket = gateway.as_user().gets("/tickets/42/").json

    assert ticket is not None
    described = document["components"]["schemas"]["Ticket"]["properties"]
    assert ticket.keys() == described.keys()


def test_the_page_shows_every_path_and_code_and_loads_nothing(
    gateway: Gateway, document: dict[str, Any]
) -> None:
    page = gateway.as_anyone().gets("/docs/")

    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in document["paths"]:
        assert path in page.text
    for code in STATUS_OF_CODE:
        assert f'id="{code}"' in page.text
    assert not re.search(r'(src|href)="(https?:)?//', page.text)
    assert "<script" not in page.text


def test_the_pages_sample_can_be_pasted_as_it_is(gateway: Gateway) -> None:
    page = gateway.as_anyone().gets("/docs/", base_url="https://desk.example:8443")

    assert "curl -X POST https://desk.example:8443/api/support/tickets/ " in page.text
    sample = page.text.partition("curl ")[2].partition("</pre>")[0]
    assert sample.isascii()


@pytest.mark.parametrize(("language", "who"), [("ru", "Кто обращается"), ("en", "Who is calling")])
def test_the_page_tells_the_reader_which_claims_are_believed(
    gateway: Gateway, language: str, who: str
) -> None:
    page = gateway.as_anyone().gets("/docs/", headers={"Accept-Language": language})

    paragraph = page.text.partition(who)[2].partition("</p>")[0]
    for rule in ("<code>tg:</code>", "128", str(2**53 - 1), "320"):
        assert rule in paragraph
    assert "Accept-Language" in page.headers["Vary"]


def test_a_route_that_does_not_say_who_may_call_it_is_refused(gateway: Gateway) -> None:
    gateway.app.add_url_rule("/secret", "secret", lambda: "x")

    with pytest.raises(LookupError, match="/secret"):
        check_all_described(gateway.app)
