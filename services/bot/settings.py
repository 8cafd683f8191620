"""Where the bot keeps its rows, who it is in Telegram and who may command it."""

import hmac
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    model_validator,
)

from chassis.files.place import FilesSettings
from chassis.settings import DatabaseUrl, WebUrl, sqlite_url
from contracts.claims import LARGEST_TELEGRAM_ID
from contracts.contradictions import read_whole
from contracts.desk import Desk
from contracts.texts import beginning

TOKEN = "SUPPORT_BOT_TOKEN"  # noqa: S105 - the name of it
WEBHOOK_URL = "SUPPORT_BOT_WEBHOOK_URL"


def _ids(value: Any) -> Any:
    """Take `1001, 1002` apart; a list stays what it is."""
    if not isinstance(value, str):
        return value
    parts = value.replace(",", " ").split()
    if wrong := [part for part in parts if not _is_id(part)]:
        raise ValueError(
            f"{beginning(wrong[0], 40)!r} is no Telegram id; expected numbers, such as 1001,1002"
        )
    return [int(part) for part in parts]


def _is_id(text: str) -> bool:
    is_number = text.isdecimal() and len(text) <= len(str(LARGEST_TELEGRAM_ID))
    return is_number and 1 <= int(text) <= LARGEST_TELEGRAM_ID


def _is_token(text: str) -> str:
    if not re.fullmatch(r"[0-9]+:\S+", text):
        raise ValueError("must be a bot's token such as 123456:AbC-dEf, as @BotFather gives it")
    return text


def _username(text: str) -> str:
    """With or without the @ that people put before it."""
    name = text.removeprefix("@")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{3,31}", name):
        raise ValueError("must be a bot's name in Telegram, such as teaching_panel_bot")
    return name


def _is_group(chat_id: int) -> int:
    if chat_id >= 0:
        raise ValueError("must be a group's id, a negative number such as -1001234567890")
    return chat_id


def _is_webhook(url: str) -> str:
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise ValueError("must begin with https:// (http:// only for this machine itself)")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address without a user, a question mark or a #")
    return url


def _is_secret(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("must be 16 to 256 letters, digits, _ or -")
    return text


Token = Annotated[str, AfterValidator(_is_token)]


@dataclass(frozen=True)
class MainBot:
    """The product's bot, through which we only tell."""

    token: str = field(repr=False)
    username: str | None = None

    def link_to(self, ticket_id: int) -> str | None:
        """Where the app shows a ticket: the bot's Mini App, or its chat if it has none."""
        if self.username is None:
            return None
        return f"https://t.me/{self.username}?startapp=ticket_{ticket_id}"


class Settings(FilesSettings):
    file: Desk
    support_bot_token: Token | None = Field(None, alias=TOKEN, repr=False)
    main_bot_token: Token | None = Field(None, alias="TELEGRAM_BOT_TOKEN", repr=False)
    main_bot_username: Annotated[str, AfterValidator(_username)] | None = Field(
        None, alias="TELEGRAM_BOT_USERNAME"
    )
    api_url: WebUrl = Field("https://api.telegram.org", alias="TELEGRAM_API_URL")
    agent_ids: Annotated[list[int], BeforeValidator(_ids)] = Field(
        default_factory=list, alias="SUPPORT_AGENT_IDS"
    )
    lead_ids: Annotated[list[int], BeforeValidator(_ids)] = Field(
        default_factory=list, alias="SUPPORT_LEAD_IDS"
    )
    """The agents whom a warning that leads to nothing reaches last; without any, all of them."""
    agents_chat_id: Annotated[int, AfterValidator(_is_group)] | None = Field(
        None, alias="SUPPORT_AGENTS_CHAT_ID"
    )
    """The group in which all agents are told, once; without one each is told in private."""
    webhook_url: Annotated[WebUrl, AfterValidator(_is_webhook)] | None = Field(
        None, alias=WEBHOOK_URL
    )
    """Where Telegram reaches this bot; without it the bot asks Telegram for updates."""
    webhook_host: str = Field("127.0.0.1", alias="SUPPORT_BOT_WEBHOOK_HOST")
    webhook_port: int = Field(8081, alias="SUPPORT_BOT_WEBHOOK_PORT", ge=1, le=65535)
    webhook_secret: Annotated[str, AfterValidator(_is_secret)] | None = Field(
        None, alias="SUPPORT_BOT_WEBHOOK_SECRET", repr=False
    )
    bot_database_url: DatabaseUrl | None = Field(None, alias="BOT_DATABASE_URL", repr=False)

    @model_validator(mode="wrap")
    @classmethod
    def _keeps_the_token_out_of_the_address(
        cls, given: Any, read: ModelWrapValidatorHandler[Self]
    ) -> Self:
        """Told also when something else is wrong."""
        token, url = (given.get(name) or "" for name in (TOKEN, WEBHOOK_URL))
        is_shown = token and (token.partition(":")[2] or token) in url
        more = [f"{WEBHOOK_URL}: must not contain the bot's token"] if is_shown else []
        return read_whole(read, given, more)

    @property
    def database_url(self) -> str:
        return self.bot_database_url or sqlite_url(self.data_dir, "bot")

    @property
    def base_url(self) -> str:
        """What python-telegram-bot puts before the token."""
        return f"{self.api_url.rstrip('/')}/bot"

    @property
    def bot_id(self) -> int:
        """The support bot's Telegram id, which is the first part of its token."""
        return int((self.support_bot_token or "0:").partition(":")[0])

    @property
    def main_bot(self) -> MainBot | None:
        """The product's bot, if there is one beside the support bot."""
        token = self.main_bot_token
        if token is None or int(token.partition(":")[0]) == self.bot_id:
            return None
        return MainBot(token, self.main_bot_username)

    @property
    def webhook_path(self) -> str:
        """The path of the webhook's address, which a proxy must pass on as it is."""
        return urlsplit(self.webhook_url or "").path or "/"

    @property
    def webhook_secret_in_force(self) -> str:
        """What Telegram shows with every update: the one given, or one made of the token, so that
        all replicas know it and nobody else."""
        token = self.support_bot_token or ""
        derived = hmac.new(token.encode(), b"support desk webhook", "sha256").hexdigest()
        return self.webhook_secret or derived
