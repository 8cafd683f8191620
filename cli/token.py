"""`./support token`: a JWT such as the host application would make."""

import re
import time
from typing import Any

import click
import jwt
from pydantic import TypeAdapter, ValidationError

from cli.desk import Desk, data_dir_option
from cli.trouble import Trouble
from contracts.claims import Email, TelegramId, UserId

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Span(click.ParamType[int]):
    """A length of time such as `90s`, `30m`, `12h` or `7d`, in seconds."""

    name = "time"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> int:
        found = re.fullmatch(r"(\d{1,9})([smhd]?)", str(value))
        if found is None or int(found[1]) == 0:
            self.fail(f"{value!r} is not a length of time like 90s, 30m, 12h or 7d.")
        return int(found[1]) * _UNITS[found[2]]


class Claim(click.ParamType[Any]):
    """What a token may claim, by the rule of the contract: the API would refuse all else."""

    def __init__(self, name: str, kind: Any) -> None:
        self.name = name
        self._rule = TypeAdapter(kind)

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Any:
        try:
            return self._rule.validate_python(value)
        except ValidationError as error:
            why = error.errors()[0]["msg"].removeprefix("Value error, ")
            self.fail(f"{why}.", parameter, context)


@click.command
@click.option(
    "--user",
    type=Claim("id", UserId),
    default="1",
    show_default=True,
    help="The user's id in the application.",
)
@click.option("--name", help="What to call the user.")
@click.option("--email", type=Claim("address", Email), help="The user's address.")
@click.option("--telegram-id", type=Claim("number", TelegramId), help="Who that is in Telegram.")
@click.option("--admin", is_flag=True, help="A token for the administrators' endpoints.")
@click.option("--ttl", type=Span(), default="24h", show_default=True, help="How long it is good.")
@data_dir_option
def token(user: str, admin: bool, ttl: int, data_dir: Any, **claims: Any) -> None:
    """Print a token for the Authorization header."""
    role = {"role": "admin"} if admin else {}
    click.echo(make_token(Desk(data_dir), user, ttl, **claims, **role))


def make_token(desk: Desk, user: str, ttl_seconds: int, **claims: Any) -> str:
    """Sign the claims that are not None with the desk's secret."""
    secret = desk.jwt_secret()
    if secret is None:
        raise Trouble(
            "There is no secret to sign with: set SUPPORT_JWT_SECRET, or run ./support up once, "
            "which makes one in the data directory. With SUPPORT_JWT_JWKS_URL only the host "
            "application makes tokens."
        )
    now = int(time.time())
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"sub": user, "iat": now, "exp": now + ttl_seconds, **given}, secret, "HS256")
