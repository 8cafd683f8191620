"""Who the support bot is in Telegram, as it says itself: links into it need its name."""

import threading
from time import monotonic

from chassis.rpc.ping import PING
from contracts.errors import BotUnavailable, Unavailable
from contracts.passes import USERNAME
from services.gateway.calls import Rpc

PATIENCE_SECONDS = 1.0
GOOD_FOR_SECONDS = 60.0
"""Another token makes another bot; whoever sets one starts the bot anew."""


class SupportBot:
    """Asks the bot by the question how it is, at most once a minute while it answers."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._turn = threading.Lock()
        self._told: tuple[float, str] | None = None

    def username(self) -> str:
        """Raises BotUnavailable while it is silent, has no token, or does not know yet."""
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise BotUnavailable("others wait for the bot's word already")
        try:
            if self._told is None or monotonic() >= self._told[0]:
                self._told = monotonic() + GOOD_FOR_SECONDS, self._ask()
            return self._told[1]
        finally:
            self._turn.release()

    def _ask(self) -> str:
        try:
            answer = self._rpc.call("bot", PING, timeout=PATIENCE_SECONDS)
        except Unavailable as error:
            raise BotUnavailable(f"the bot is silent: {error.message}") from None
        username = answer.get(USERNAME)
        if not username:
            raise BotUnavailable(f"the bot does not say who it is: {answer.get('status')}")
        return str(username)
