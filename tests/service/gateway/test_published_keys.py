"""Tokens checked against keys that the host application publishes."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from contracts.errors import Unavailable
from services.gateway import published_keys
from services.gateway.identity import BadToken, identify
from services.gateway.published_keys import PublishedKeys

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
STRANGER = ec.generate_private_key(ec.SECP256R1())


class Host:
    """The host application's address of keys; `keys` may change, `is_up` may be false, `words` may
    be said instead, and it answers while it `may_answer`."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = [
            {**json.loads(RSAAlgorithm.to_jwk(RSA.public_key())), "kid": "r", "alg": "RS256"},
            {**json.loads(ECAlgorithm.to_jwk(EC.public_key())), "kid": "e"},
        ]
        self.is_up = True
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.words: bytes | None = None
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked += 1
                host.may_answer.wait(10)
                self.send_response(200 if host.is_up else 500)
                self.end_headers()
                self.wfile.write(host.words or json.dumps({"keys": host.keys}).encode())

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys.json"


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    thread = threading.Thread(target=host.server.serve_forever)
    thread.start()
    yield host
    host.may_answer.set()
    host.server.shutdown()
    thread.join()
    host.server.server_close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for new keys as often as asked."""
    monkeypatch.setattr(published_keys, "REST_SECONDS", 0.0)


def signed(key: Any, algorithm: str, kid: str | None) -> str:
    claims = {"sub": "anna", "exp": int(time.time()) + 60}
    headers = {"kid": kid} if kid else {}
    return "Bearer " + jwt.encode(claims, key, algorithm, headers=headers)


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "r"), (EC, "ES256", "e")])
def test_a_token_signed_by_the_host_is_good(host: Host, key: Any, algorithm: str, kid: str) -> None:
    keys = PublishedKeys(host.url)

    for _ in range(3):
        assert identify(keys, signed(key, algorithm, kid)).sub == "anna"

    assert host.asked == 1


def test_other_tokens_are_bad_whatever_algorithm_they_name(host: Host) -> None:
    keys = PublishedKeys(host.url)

    for token in (
        signed(STRANGER, "ES256", "e"),
        signed(RSA, "RS512", "r"),
        signed(RSA, "RS256", "e"),
        signed(RSA, "RS256", "unknown"),
        signed(RSA, "RS256", None),
        signed(b"a secret of more than thirty-two bytes", "HS256", "r"),
    ):
        with pytest.raises(BadToken):
            identify(keys, token)

    assert host.asked == 1


@pytest.mark.usefixtures("impatient")
def test_a_new_key_is_found(host: Host) -> None:
    keys = PublishedKeys(host.url)
    identify(keys, signed(RSA, "RS256", "r"))

    host.keys = [{**json.loads(ECAlgorithm.to_jwk(STRANGER.public_key())), "kid": "new"}]

    assert identify(keys, signed(STRANGER, "ES256", "new")).sub == "anna"


@pytest.mark.usefixtures("impatient")
def test_known_keys_serve_on_while_the_host_is_silent(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = PublishedKeys(host.url)
    identify(keys, signed(RSA, "RS256", "r"))
    monkeypatch.setattr(published_keys, "GOOD_FOR_SECONDS", 0.0)

    host.is_up = False

    assert identify(keys, signed(RSA, "RS256", "r")).sub == "anna"


def test_without_any_keys_nobody_can_be_judged(host: Host) -> None:
    host.is_up = False

    with pytest.raises(Unavailable):
        identify(PublishedKeys(host.url), signed(RSA, "RS256", "r"))


@pytest.mark.usefixtures("impatient")
def test_a_host_that_does_not_answer_holds_up_nobody_who_has_a_key(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = PublishedKeys(host.url)
    identify(keys, signed(RSA, "RS256", "r"))
    monkeypatch.setattr(published_keys, "GOOD_FOR_SECONDS", 0.0)
    host.may_answer.clear()

    began = time.monotonic()
    for _ in range(20):
        assert identify(keys, signed(RSA, "RS256", "r")).sub == "anna"

    assert time.monotonic() - began < published_keys.FETCH_SECONDS / 2


def test_after_long_the_first_who_comes_waits_for_the_keys_of_now(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = PublishedKeys(host.url)
    identify(keys, signed(RSA, "RS256", "r"))
    monkeypatch.setattr(published_keys, "LONG_AGO_SECONDS", 0.0)
    monkeypatch.setattr(published_keys, "REST_SECONDS", 0.0)
    del host.keys[0]

    with pytest.raises(BadToken):
        identify(keys, signed(RSA, "RS256", "r"))


@pytest.mark.parametrize("words", [b"[]", b'{"keys": [1]}', b'{"keys": 1}', b"{", b"null"])
def test_words_that_are_no_keys_are_as_none(host: Host, words: bytes) -> None:
    host.words = words

    with pytest.raises(Unavailable):
        identify(PublishedKeys(host.url), signed(RSA, "RS256", "r"))
