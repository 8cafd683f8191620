"""How a bot gets its updates: by long polling, or by webhook (`botapi.webhooks` carries them)."""

import re
import time
from typing import Any

from botapi.errors import bad_request, conflict
from botapi.people import Bot, Webhook
from botapi.wire import Json, Parameters
from botapi.world import World

MAX_LIMIT = 100
MAX_WAIT_SECONDS = 50
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


def get_updates(world: World, bot: Bot, given: Parameters) -> list[Json]:
    """Wait for updates from the offset on. A newer poll ends an older one with a conflict."""
    if bot.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _choose_updates(bot, given)
    bot.updates.confirm(given.integer("offset"))
    limit = min(max(given.integer("limit", MAX_LIMIT), 1), MAX_LIMIT)
    return _long_poll(world, bot, limit, given.integer("timeout"))


def set_webhook(world: World, bot: Bot, given: Parameters) -> bool:
    url = given.text("url")
    if url and not url.startswith(("https://", "http://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = given.text("secret_token")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _choose_updates(bot, given)
    if given.boolean("drop_pending_updates"):
        bot.updates.clear()
    connections = min(max(given.integer("max_connections", 40), 1), 100)
    bot.webhook = Webhook(url, connections, secret) if url else None
    world.updated.notify_all()
    return True


def delete_webhook(_world: World, bot: Bot, given: Parameters) -> bool:
    if given.boolean("drop_pending_updates"):
        bot.updates.clear()
    bot.webhook = None
    return True


def get_webhook_info(_world: World, bot: Bot, _given: Parameters) -> Json:
    info: Json = {
        "url": bot.webhook.url if bot.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }
    if bot.webhook:
        info["max_connections"] = bot.webhook.max_connections
        if bot.webhook.last_error:
            at, info["last_error_message"] = bot.webhook.last_error
            info["last_error_date"] = int(at)
    if bot.updates.allowed:
        info["allowed_updates"] = list(bot.updates.allowed)
    return info


def _choose_updates(bot: Bot, given: Parameters) -> None:
    """An absent list keeps the last choice; it counts for updates that come from now on."""
    kinds: Any = given.structure("allowed_updates")
    if isinstance(kinds, list):
        bot.updates.allow([str(kind) for kind in kinds])


def _long_poll(world: World, bot: Bot, limit: int, seconds: int) -> list[Json]:
    turn = bot.updates.take_turn()
    world.touch()  # the call is under way: who waits lets go of the lock
    closing = world.closing
    deadline = time.monotonic() + min(max(seconds, 0), MAX_WAIT_SECONDS)
    while not (updates := bot.updates.first(limit)) and not closing.is_set():
        left = deadline - time.monotonic()
        if left <= 0:
            break
        world.updated.wait(left)
        _check_still_mine(bot, turn)
    return updates


def _check_still_mine(bot: Bot, turn: int) -> None:
    if bot.webhook:
        raise conflict("terminated by setWebhook request")
    if not bot.updates.has_turn(turn):
        raise conflict(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
