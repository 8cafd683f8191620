"""HTTP for tests, which speak no TLS: reading the machine's certificates for each client would
cost 50 ms of a processor, more than all that is done with most of them."""

import ssl
from typing import Any

import httpx

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def new_client(**options: Any) -> httpx.Client:
    """A client that keeps its connections, and asks no proxy."""
    return httpx.Client(verify=_NO_CERTIFICATES, trust_env=False, **options)


def request(method: str, url: str, **options: Any) -> httpx.Response:
    """Ask once, on a connection of its own. With a client of its own, too: of one that many threads
    share, httpcore may close a connection that it has just handed out."""
    with new_client() as client:
        return client.request(method, url, **options)


def get(url: str, **options: Any) -> httpx.Response:
    """Read once, on a connection of its own."""
    return request("GET", url, **options)
