"""Where the bot keeps its rows, who it is in Telegram and who may command it."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from chassis.settings import DatabaseUrl, ProcessSettings, WebUrl, sqlite_url
from contracts.desk import Desk


def _ids(value: Any) -> Any:
    """Take `1001, 1002` apart; a list stays what it is."""
    if not isinstance(value, str):
        return value
    parts = value.replace(",", " ").split()
    if wrong := [part for part in parts if not part.isdecimal()]:
        raise ValueError(f"{wrong[0]!r} is no Telegram id; expected numbers, such as 1001,1002")
    return [int(part) for part in parts]


def _is_token(text: str) -> str:
    if not re.fullmatch(r"[0-9]+:\S+", text):
        raise ValueError("must be a bot's token such as 123456:AbC-dEf, as @BotFather gives it")
    return text


Token = Annotated[str, AfterValidator(_is_token)]


class Settings(ProcessSettings):
    file: Desk
    support_bot_token: Token | None = Field(None, alias="SUPPORT_BOT_TOKEN", repr=False)
    main_bot_token: Token | None = Field(None, alias="TELEGRAM_BOT_TOKEN", repr=False)
    main_bot_username: str | None = Field(None, alias="TELEGRAM_BOT_USERNAME")
    api_url: WebUrl = Field("https://api.telegram.org", alias="TELEGRAM_API_URL")
    agent_ids: Annotated[list[int], BeforeValidator(_ids)] = Field(
        default_factory=list, alias="SUPPORT_AGENT_IDS"
    )
    lead_ids: Annotated[list[int], BeforeValidator(_ids)] = Field(
        default_factory=list, alias="SUPPORT_LEAD_IDS"
    )
    """The agents whom a warning that leads to nothing reaches last; without any, all of them."""
    bot_database_url: DatabaseUrl | None = Field(None, alias="BOT_DATABASE_URL", repr=False)

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
