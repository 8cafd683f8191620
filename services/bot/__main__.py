"""`python -m services.bot` runs the bot."""

from chassis import garbage  # isort: skip  # first, for what it does
import asyncio
import sys

from structlog import get_logger

from chassis import crash, logs
from chassis.settings import ConfigurationError, load
from services.bot.app import BotProcess
from services.bot.settings import Settings


def main() -> int:
    """Run until told to stop. 1 when the bot died, 2 when the configuration is wrong, 3 when its
    loop was stuck (`chassis.watchdog`)."""
    try:
        settings = load(Settings)
        crash.arm(settings.crash_at)
    except (ConfigurationError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure("bot", settings.log_level)
    garbage.collect_seldom()
    try:
        asyncio.run(BotProcess(settings).run())
    except Exception as error:
        get_logger().critical("the bot died", exc_info=error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
