"""The two people whom the local Bot API server knows from the start, and their bot."""

from dataclasses import dataclass

from botapi.client import BotApiClient

LOCAL_BOT = "support_desk_bot"


@dataclass(frozen=True)
class LocalPerson:
    """Somebody in the local Telegram."""

    id: int
    first_name: str


LOCAL_AGENT = LocalPerson(1001, "Ольга")
LOCAL_USER = LocalPerson(2001, "Иван")
BY_ROLE = {"agent": LOCAL_AGENT, "user": LOCAL_USER}


def join(api: BotApiClient, person: LocalPerson) -> bool:
    """Make the person known, and press Start as everybody does who meets a bot.

    Returns whether they meet only now.
    """
    api.add_person(person.id, person.first_name)
    is_new = not api.messages(person.id, bot=LOCAL_BOT)
    if is_new:
        api.say(person.id, "/start", bot=LOCAL_BOT)
    return is_new
