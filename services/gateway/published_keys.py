"""The public keys with which the host application's tokens are checked, from its JWKS address."""

import json
import threading
import urllib.request
from http.client import HTTPException
from time import monotonic
from typing import Any

import jwt
from jwt import PyJWK, PyJWKSet
from structlog import get_logger

from contracts.errors import Unavailable
from services.gateway.identity import CHECKS

ALGORITHMS = ("RS256", "ES256")
FETCH_SECONDS = 2.0
GOOD_FOR_SECONDS = 300.0
"""Then newer ones are fetched beside the requests, which go on with those that we have."""
LONG_AGO_SECONDS = 600.0
"""When nobody has come for so long, the first who comes waits for the newer ones: a key that was
withdrawn meanwhile lets nobody in."""
REST_SECONDS = 10.0
"""A token that names an unknown key makes us look for new ones, at most so often."""

log = get_logger()


class PublishedKeys:
    """RS256 or ES256, as the key says. Keys once fetched serve on while the address is silent."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._turn = threading.Lock()
        self._keys: list[PyJWK] = []
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")

    def claims(self, token: str) -> dict[str, Any]:
        """Raises Unavailable while no keys can be had at all."""
        key = self._key_named(jwt.get_unverified_header(token).get("kid"))
        return jwt.decode(token, key, algorithms=[key.algorithm_name], options=CHECKS)  # type: ignore[arg-type]

    def _key_named(self, kid: str | None) -> PyJWK:
        found = self._find(kid)
        if found is None or monotonic() - self._tried_at > LONG_AGO_SECONDS:
            self._refresh()
            found = self._find(kid)
        elif monotonic() - self._fetched_at > GOOD_FOR_SECONDS:
            self._refresh_beside()
        if not self._keys:
            raise Unavailable("the keys that check tokens cannot be had")
        if found is None:
            raise jwt.InvalidKeyError("no such key")
        return found

    def _find(self, kid: str | None) -> PyJWK | None:
        if kid is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == kid), None)

    def _refresh_beside(self) -> None:
        """An address that is slow to answer, or never does, holds up nobody who has a key."""
        if not self._is_resting() and not self._turn.locked():
            threading.Thread(target=self._refresh, name="public-keys", daemon=True).start()

    def _refresh(self) -> None:
        with self._turn:
            if self._is_resting():
                return
            self._tried_at = monotonic()
            try:
                published = _fetched(self._url)
            except (OSError, HTTPException, ValueError, jwt.PyJWTError) as error:
                log.warning("the keys that check tokens cannot be had", error=str(error))
                return
            self._keys = [key for key in published.keys if key.algorithm_name in ALGORITHMS]
            self._fetched_at = monotonic()

    def _is_resting(self) -> bool:
        return monotonic() - self._tried_at < REST_SECONDS


def _fetched(url: str) -> PyJWKSet:
    """Raises OSError, HTTPException, ValueError or PyJWTError, whatever the address says."""
    # The settings let only http and https through.
    with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as answer:  # noqa: S310
        told = json.load(answer)
    try:
        return PyJWKSet.from_dict(told)
    except (AttributeError, TypeError) as error:  # it does not look what it has been given
        raise ValueError("not a set of keys") from error
