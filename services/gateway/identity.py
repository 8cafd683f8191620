"""Who is calling: the claims of the host application's token, and how they are checked.

The algorithm is ours to choose, never the token's.
"""

import unicodedata
from typing import Annotated, Any, Literal, Protocol

import jwt
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from contracts.claims import Email, TelegramId, UserId
from contracts.texts import beginning
from contracts.tickets import Person

NAME_LENGTH = 200
CHECKS: dict[str, Any] = {
    "require": ["sub", "exp"],
    # Whom else the host's token is for, and when it was made, is the host's own business.
    "verify_aud": False,
    "verify_iat": False,
}


class BadToken(Exception):
    """The token is missing, forged, expired, or says what we cannot use."""


def _presentable(name: str | None) -> str:
    """A name on one line, without anything unprintable, not too long."""
    visible = (
        char if char.isprintable() else " " for char in unicodedata.normalize("NFC", name or "")
    )
    return beginning(" ".join("".join(visible).split()), NAME_LENGTH)


class Identity(BaseModel):
    """What a good token says. The host vouches for `telegram_id`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: UserId
    role: Literal["user", "admin"] | None = "user"
    name: Annotated[str | None, AfterValidator(_presentable)] = ""
    email: Email | None = None
    telegram_id: TelegramId | None = None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def goes_by(self, person_id: str) -> bool:
        """Whether tickets knows this somebody by that id: the app's, or that of their Telegram."""
        return person_id in {self.sub, f"tg:{self.telegram_id}"}

    def as_person(self, locale: str | None) -> Person:
        """The same somebody as tickets knows people."""
        return Person(
            id=self.sub,
            name=self.name or "",
            email=self.email or None,
            telegram_id=self.telegram_id,
            locale=locale,
        )


class Keys(Protocol):
    """Checks a token's signature and expiry, and returns its claims."""

    def claims(self, token: str) -> dict[str, Any]: ...


class SharedSecret:
    """HS256 with a secret that the host application knows too."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def claims(self, token: str) -> dict[str, Any]:
        return jwt.decode(token, self._secret, algorithms=["HS256"], options=CHECKS)  # type: ignore[arg-type]


def identify(keys: Keys, authorization: str | None) -> Identity:
    """The caller named by an Authorization header. Raises BadToken, never with the token in it."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken("no bearer token")
    try:
        return Identity.model_validate(keys.claims(token.strip()))
    except ValidationError as error:
        claims = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        raise BadToken(f"unusable claims: {claims}") from None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        # PyJWT lets some of what strange numbers and nesting raise pass through.
        raise BadToken(type(error).__name__) from None
