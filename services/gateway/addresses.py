"""Whose address a request came from, through proxies we trust and none other."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from services.gateway.settings import Network


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is not a trusted proxy's.

    `forwarded_for` is the X-Forwarded-For header: each proxy adds at its right end the address it
    was called from, so only what trusted proxies added is believed. Of an IPv6 address the /64 is
    taken: one subscriber has a whole one.
    """
    nearest = peer
    for address in reversed([peer_ for peer_ in forwarded_for.split(",") if peer_.strip()]):
        if not _is_trusted(nearest, trusted):
            break
        nearest = address.strip()
    return _subscriber(nearest, peer)


def is_told_secure(peer: str, forwarded_proto: str, trusted: Sequence[Network]) -> bool:
    """Whether a proxy we trust was asked by https: X-Forwarded-Proto, the last word."""
    told = forwarded_proto.rpartition(",")[2].strip().lower()
    return told == "https" and _is_trusted(peer, trusted)


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):  # IPv4 comes so where we listen on ::
        parsed = parsed.ipv4_mapped or parsed
    return any(parsed in network for network in trusted)


def _subscriber(address: str, peer: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return peer
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network(f"{parsed}/64", strict=False))
