"""HTTP for tests, which speak no TLS: reading the machine's certificates for each client would
cost 50 ms of a processor, more than all that is done with most of them."""

import ssl
from typing import Any

import httpx

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def new_client(**options: Any) -> httpx.Client:
    """A client that keeps its connections."""
    return httpx.Client(verify=_NO_CERTIFICATES, **options)


_strangers = new_client(limits=httpx.Limits(max_keepalive_connections=0))


def request(method: str, url: str, **options: Any) -> httpx.Response:
    """Ask once, on a connection of its own."""
    return _strangers.request(method, url, **options)


def get(url: str, **options: Any) -> httpx.Response:
    """Read once, on a connection of its own."""
    return _strangers.get(url, **options)
