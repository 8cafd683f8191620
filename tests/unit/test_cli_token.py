"""What `./support token` takes, and that the API believes whatever it prints."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli.token import Span, token
from services.gateway.identity import SharedSecret, identify

SECRET = "a secret of more than thirty-two bytes, for tests alone"


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_JWT_SECRET", SECRET)
    monkeypatch.setenv("SUPPORT_JWT_JWKS_URL", "")


def printed(directory: Path, *arguments: str) -> Result:
    return CliRunner().invoke(token, [*arguments, "--data-dir", str(directory)])


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800)],
)
def test_a_span_is_a_number_with_a_unit(written: str, seconds: int) -> None:
    assert Span().convert(written, None, None) == seconds


@pytest.mark.parametrize("written", ["", "0", "-5", "1w", "ten", "1.5h", "9999999999"])
def test_anything_else_is_refused_with_examples(written: str) -> None:
    with pytest.raises(click.BadParameter, match="12h"):
        Span().convert(written, None, None)


@pytest.mark.parametrize("user", ["", " ", " anna", "tg:5", "TG:5", "a\nb", "x" * 129])
def test_a_user_whom_the_api_would_refuse_gets_no_token(user: str, tmp_path: Path) -> None:
    refused = printed(tmp_path, "--user", user)

    assert refused.exit_code == 2
    assert "1 to 128 printable characters" in refused.output or "tg:" in refused.output
    assert "eyJ" not in refused.output


@pytest.mark.parametrize("number", ["0", "-5", "anna", "9007199254740992", "9" * 20, "9" * 5000])
def test_a_telegram_id_that_the_api_would_refuse_gets_no_token(number: str, tmp_path: Path) -> None:
    refused = printed(tmp_path, "--telegram-id", number)

    assert refused.exit_code == 2
    assert "Invalid value for '--telegram-id'" in refused.output


def test_an_address_that_the_api_would_refuse_gets_no_token(tmp_path: Path) -> None:
    assert "at most 320 printable characters" in printed(tmp_path, "--email", "x" * 321).output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--user", "x" * 128),
        ("--user", "Анна и Олег", "--name", "a\nb" * 200),
        ("--telegram-id", str(2**53 - 1)),
        ("--email", "x" * 320, "--admin", "--ttl", "999999999d"),
    ],
)
def test_what_is_printed_is_believed(arguments: tuple[str, ...], tmp_path: Path) -> None:
    made = printed(tmp_path, *arguments).output.strip()

    assert identify(SharedSecret(SECRET), f"Bearer {made}").sub
