"""What the gateway needs to know of its surroundings."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    model_validator,
)

from chassis.files.place import FilesSettings
from chassis.settings import WebUrl
from contracts.contradictions import read_whole
from contracts.desk import Desk

SECRET_BYTES = 32
WAYS = ("SUPPORT_JWT_SECRET", "SUPPORT_JWT_JWKS_URL")
"""How tokens can be checked; one of them is set."""
ORIGIN = re.compile(r"\*|https?://[^\s/?#]+")

Network = IPv4Network | IPv6Network


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value().encode()) < SECRET_BYTES:
        raise ValueError(f"SUPPORT_JWT_SECRET must have at least {SECRET_BYTES} bytes")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_long_enough)]


def _origins(text: object) -> object:
    parts = _listed(text)
    for origin in parts:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin such as https://app.example.com")
    return tuple(origin.lower() for origin in parts)


def _networks(text: object) -> object:
    return tuple(ip_network(part, strict=False) for part in _listed(text))


def _listed(text: object) -> list[str]:
    return [part.strip() for part in str(text).split(",") if part.strip()]


class Settings(FilesSettings):
    """The environment and the desk's file, as the gateway reads them."""

    file: Desk
    host: str = Field("127.0.0.1", alias="SUPPORT_HOST")
    port: int = Field(8080, alias="SUPPORT_PORT", ge=1, le=65535)
    jwt_secret: Secret | None = Field(None, alias="SUPPORT_JWT_SECRET")
    jwks_url: WebUrl | None = Field(None, alias="SUPPORT_JWT_JWKS_URL")
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = Field(
        (), alias="SUPPORT_CORS_ORIGINS"
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(_networks)] = Field(
        (), alias="SUPPORT_TRUSTED_PROXIES"
    )
    rate_limits: Literal["on", "off"] = Field("on", alias="SUPPORT_RATE_LIMITS")

    @model_validator(mode="wrap")
    @classmethod
    def _knows_whom_to_believe(cls, given: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Tell a missing or second way to check tokens also when something else is wrong."""
        ways = [given.get(name) for name in WAYS]
        more = [] if ways.count(None) == 1 else [f"set one of {' and '.join(WAYS)}"]
        return read_whole(read, given, more)

    @property
    def state_dir(self) -> Path:
        """What this host remembers: the last status, the counters of the limits."""
        return self.data_dir / "gateway"
