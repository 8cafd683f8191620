"""The two people whom the local Bot API server knows from the start, and their bot."""

from dataclasses import dataclass

from botapi.client import BotApiClient
from cli.desk import Desk
from cli.trouble import Trouble

LOCAL_BOT = "support_desk_bot"


@dataclass(frozen=True)
class LocalPerson:
    """Somebody in the local Telegram."""

    id: int
    first_name: str


_NAMES = {
    "ru": {"agent": "Ольга", "user": "Иван", "app user": "Анна"},
    "en": {"agent": "Olga", "user": "Ivan", "app user": "Anna"},
}
IDS = {"agent": 1001, "user": 2001}


def name_of(role: str, locale: str) -> str:
    """What somebody of this role is called in the desk's language."""
    return _NAMES["ru" if locale == "ru" else "en"][role]


def person(role: str, locale: str) -> LocalPerson:
    """Who plays this role in the local Telegram."""
    return LocalPerson(IDS[role], name_of(role, locale))


def join(api: BotApiClient, person: LocalPerson) -> bool:
    """Make the person known, and press Start as everybody does who meets a bot.

    Returns whether they meet only now.
    """
    api.add_person(person.id, person.first_name)
    is_new = not api.messages(person.id, bot=LOCAL_BOT)
    if is_new:
        api.say(person.id, "/start", bot=LOCAL_BOT)
    return is_new


def local_telegram(desk: Desk) -> str:
    """Where it is. Raises Trouble when no desk runs, or with the real one."""
    if not desk.is_held():
        raise Trouble(
            f"No desk runs on {desk.data_dir}: start it with ./support up in another terminal."
        )
    if "TELEGRAM_API_URL" not in desk.noted():
        raise Trouble(
            "This desk talks to the real Telegram, because SUPPORT_BOT_TOKEN is set: write to its "
            "bot there, or unset it and start ./support up again."
        )
    return desk.noted()["TELEGRAM_API_URL"]
