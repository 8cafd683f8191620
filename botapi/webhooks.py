"""Carries updates to the bots that have a webhook: in order within a chat, chats side by side.

What is not answered with a 2xx comes again, after 1, 2, 4, ... 60 s; what a bot makes of it is its
own affair.
"""

import http.client
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

from botapi.people import Bot, Webhook
from botapi.wire import Json
from botapi.world import World

ANSWER_SECONDS = 15.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105


@dataclass(frozen=True)
class Errand:
    """One update for one bot, to the webhook it has now."""

    bot: Bot
    webhook: Webhook
    update: Json

    @property
    def number(self) -> int:
        return int(self.update["update_id"])


class Courier:
    """Looks for work whenever an update has come or a way is free, until the world closes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def start(self) -> None:
        Thread(target=self._run, args=(self._world.closing,), daemon=True).start()

    def _run(self, closing: Event) -> None:
        world = self._world
        with world.changed:
            while not closing.is_set():
                now = world.now()
                for errand in list(self._due(now)):
                    errand.webhook.in_hand[errand.number] = chat_of(errand.update)
                    Thread(target=self._carry, args=(errand,), daemon=True).start()
                world.updated.wait(self._rest(now))

    def _due(self, now: float) -> Iterator[Errand]:
        for bot in self._world.bots.values():
            if bot.webhook is not None:
                for update in _ready(bot, bot.webhook, now):
                    yield Errand(bot, bot.webhook, update)

    def _rest(self, now: float) -> float | None:
        """Seconds until something may be tried again; None when nothing waits for its time."""
        hooks = [bot.webhook for bot in self._world.bots.values() if bot.webhook]
        times = [at for hook in hooks for at in hook.next_try_at.values() if at > now]
        return min(times) - now if times else None

    def _carry(self, errand: Errand) -> None:
        fault = _post(errand.webhook, errand.update)
        with self._world.changed:
            errand.webhook.in_hand.pop(errand.number, None)
            if fault is None:
                errand.webhook.forget(errand.number)
                errand.bot.updates.remove(errand.number)
            else:
                errand.webhook.note_failure(errand.number, fault, self._world.now())
            self._world.updated.notify_all()
            self._world.touch()


def chat_of(update: Json) -> int:
    """The chat whose order an update keeps to."""
    (content,) = (part for name, part in update.items() if name != "update_id")
    chat = content.get("chat") or content.get("message", {}).get("chat") or content.get("from", {})
    return int(chat.get("id", 0))


def _ready(bot: Bot, webhook: Webhook, now: float) -> Iterator[Json]:
    """The oldest update of every chat that has none in hand, when its time has come."""
    passed = set(webhook.in_hand.values())
    free = webhook.max_connections - len(webhook.in_hand)
    for update in bot.updates:
        if free <= 0:
            return
        chat = chat_of(update)
        if chat in passed:
            continue
        passed.add(chat)
        if webhook.next_try_at.get(update["update_id"], 0.0) <= now:
            free -= 1
            yield update


def _post(webhook: Webhook, update: Json) -> str | None:
    """What went wrong, in Telegram's words; None when it was taken."""
    parts = urlsplit(webhook.url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {"Content-Type": "application/json"}
    if webhook.secret:
        headers[SECRET_HEADER] = webhook.secret
    line = _line(parts.scheme, parts.hostname or "", parts.port)
    try:
        line.request("POST", path, json.dumps(update).encode(), headers)
        answer = line.getresponse()
        answer.read()
    except TimeoutError:
        return "Connection timed out"
    except (OSError, http.client.HTTPException) as error:
        return getattr(error, "strerror", None) or str(error) or type(error).__name__
    finally:
        line.close()
    if 200 <= answer.status < 300:
        return None
    return f"Wrong response from the webhook: {answer.status} {answer.reason}"


def _line(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    safe = ssl.create_default_context()
    return http.client.HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=safe)
