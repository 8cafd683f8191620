"""Who gets in: tokens, roles, and what each may see."""

import time
from itertools import count
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.settings import ConfigurationError, load
from services.gateway.identity import BadToken, SharedSecret, identify
from services.gateway.settings import Settings
from tests.support.gateway import SECRET, Gateway, Visitor, token

SOON = int(time.time()) + 600


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return "Bearer " + jwt.encode(claims, secret, algorithm)


NUMBERS = (str(number) for number in count(1))


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer a.b.c",
        "Basic YTpi",
        token(),
        signed({"sub": "anna", "exp": SOON - 1200}),
        signed({"sub": "anna"}),
        signed({"exp": SOON}),
        signed({"sub": "anna", "exp": "soon"}),
        signed({"sub": "anna", "exp": SOON, "nbf": SOON}),
        signed({"sub": "anna", "exp": SOON}, secret="another secret of thirty-two bytes or so"),
        signed({"sub": "anna", "exp": SOON}, secret=SECRET * 2, algorithm="HS512"),
        signed({"sub": "", "exp": SOON}),
        signed({"sub": " ", "exp": SOON}),
        signed({"sub": 7, "exp": SOON}),
        signed({"sub": "x" * 129, "exp": SOON}),
        signed({"sub": "a\0b", "exp": SOON}),
        signed({"sub": "a\nb", "exp": SOON}),
        signed({"sub": "tg:1001", "exp": SOON}),
        signed({"sub": "anna", "exp": SOON, "role": "root"}),
        signed({"sub": "anna", "exp": SOON, "telegram_id": "x"}),
        signed({"sub": "anna", "exp": SOON, "email": "anna\0@desk.example"}),
        signed({"sub": "anna", "exp": SOON, "telegram_id": -1}),
        signed({"sub": "anna", "exp": SOON, "name": ["x"]}),
        "Bearer " + jwt.encode({"sub": "anna", "exp": SOON}, "", "none"),
    ],
    ids=lambda _: next(NUMBERS),  # the tokens differ by the second
)
def test_a_bad_token_gets_nobody_in(gateway: Gateway, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    answer = Visitor(gateway, headers).gets("/tickets/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json is not None
    assert answer.json["code"] == "unauthorized"
    assert not gateway.services.asked


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "the-app"},
        {"iat": SOON},
        {"role": "user"},
        {"role": None},
        {"name": None, "email": None, "telegram_id": None},
        {"something": {"else": 1}},
    ],
)
def test_what_else_the_host_puts_into_a_token_does_no_harm(
    gateway: Gateway, claims: dict[str, Any]
) -> None:
    assert gateway.as_user(**claims).gets("/tickets/").status_code == 200


def test_a_name_is_made_presentable() -> None:
    keys = SharedSecret(SECRET)

    found = identify(keys, "bearer " + token(name="  Анна\0\n\u202e  Петрова " + "x" * 300))

    assert found.name is not None
    assert found.name.startswith("Анна Петрова x")
    assert len(found.name) == 200


def test_a_refusal_never_tells_the_token() -> None:
    bad = token(role="root")

    with pytest.raises(BadToken) as refusal:
        identify(SharedSecret(SECRET), f"Bearer {bad}")

    assert bad not in str(refusal.value)
    assert "role" in str(refusal.value)


def test_only_administrators_see_the_figures(gateway: Gateway) -> None:
    assert gateway.as_anyone().gets("/stats/").status_code == 401
    assert gateway.as_user().gets("/stats/").status_code == 403
    assert gateway.as_admin().gets("/stats/").status_code == 200


@pytest.mark.parametrize("path", ["/categories/", "/priorities/"])
def test_users_may_read_what_a_form_needs(gateway: Gateway, path: str) -> None:
    assert gateway.as_anyone().gets(path).status_code == 401
    assert gateway.as_user().gets(path).status_code == 200


@pytest.mark.parametrize("path", ["/status/", "/health/", "/docs/", "/openapi.json", "/status"])
def test_anyone_may_read_what_is_public(gateway: Gateway, path: str) -> None:
    assert gateway.as_anyone().gets(path).status_code == 200


def test_categories_stand_in_the_guides_order_in_the_callers_language(gateway: Gateway) -> None:
    here = gateway.as_user().gets("/categories/").json
    there = gateway.as_user().gets("/categories/", headers={"Accept-Language": "en-GB"}).json

    assert here is not None
    assert there is not None
    ids = ["login", "payment", "lesson", "zoom", "homework", "recording", "other"]
    assert [each["id"] for each in here] == ids
    assert here[0]["name"] == "Вход/Регистрация"
    assert there[0]["name"] == "Sign-in/Registration"


def test_priorities_tell_their_targets(gateway: Gateway) -> None:
    told = gateway.as_user().gets("/priorities/").json

    assert told is not None
    assert [each["first_response_minutes"] for each in told] == [15, 120, 480, 1440]
    assert [each["calendar"] for each in told] == ["24x7", "24x7", "business", "24x7"]


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({}, "SUPPORT_JWT_SECRET"),
        ({"SUPPORT_JWT_SECRET": "short"}, "32 bytes"),
        ({"SUPPORT_JWT_SECRET": SECRET, "SUPPORT_JWT_JWKS_URL": "https://app/keys"}, "one of"),
        ({"SUPPORT_JWT_JWKS_URL": "file:///etc/passwd"}, "SUPPORT_JWT_JWKS_URL"),
        ({"SUPPORT_JWT_SECRET": SECRET, "SUPPORT_CORS_ORIGINS": "app.example.com"}, "origin"),
        ({"SUPPORT_JWT_SECRET": SECRET, "SUPPORT_TRUSTED_PROXIES": "proxy"}, "PROXIES"),
        ({"SUPPORT_JWT_SECRET": SECRET, "SUPPORT_RATE_LIMITS": "maybe"}, "RATE_LIMITS"),
        ({"SUPPORT_JWT_SECRET": SECRET, "SUPPORT_PORT": "80801"}, "SUPPORT_PORT"),
    ],
)
def test_wrong_settings_are_refused_with_their_name(
    environment: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        load(Settings, {"SUPPORT_LOCALE": "ru", **environment})
