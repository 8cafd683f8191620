"""What has to be done before anything else can be, however long the database is away."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from structlog import get_logger

from contracts.errors import Unavailable

AGAIN_SECONDS = 0.5
Outcome = TypeVar("Outcome")

log = get_logger()


async def insist(act: Callable[..., Outcome], *arguments: object) -> Outcome:
    """Do it in a thread, again and again until the database has let it be done."""
    while True:
        try:
            return await asyncio.to_thread(act, *arguments)
        except Unavailable as error:
            log.warning("this has to wait for the database", what=act.__name__, error=str(error))
            await asyncio.sleep(AGAIN_SECONDS)
