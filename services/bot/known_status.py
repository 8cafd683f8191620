"""The open incidents as the bot knows them: events bring them, and now and then it asks.

Kept in its database, so that no new request waits for incidents, nor goes without them.
"""

import asyncio

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.storage.database import insert_if_absent, plain_rows, table_of
from chassis.storage.store import Store
from contracts.errors import ContractError
from contracts.incidents import IncidentList, IncidentsClient, IncidentView, StatusView
from services.bot.models import KnownStatus

ASK_EVERY_SECONDS = 15.0
RETRY_SECONDS = 1.0
ONLY_ROW = 1
NEVER_HEARD = -1

# Built once: asked with every notice of a ticket.
STATUS = table_of(KnownStatus).c
OPEN_INCIDENTS = select(STATUS.open_incidents).where(STATUS.id == ONLY_ROW)

log = get_logger()


def open_incidents(session: Session) -> list[IncidentView]:
    """Those that are known to be open, gravest first."""
    kept = plain_rows(session, OPEN_INCIDENTS)
    return IncidentList.model_validate_json(kept[0].open_incidents).incidents if kept else []


def is_any_open(session: Session) -> bool:
    """Whether there is an incident that a ticket could be about, as far as is known."""
    return bool(open_incidents(session))


def known_version(session: Session) -> int:
    row = session.get(KnownStatus, ONLY_ROW)
    return NEVER_HEARD if row is None else row.version


def keep_status(session: Session, view: StatusView, known_before: int | None = None) -> None:
    """Keep what an event brought, or what was answered when `known_before` was known; what is older
    is dropped. An answer older than what was known before the question is believed: incidents has
    begun anew, from a backup."""
    told = IncidentList(incidents=view.incidents).model_dump_json()
    insert_if_absent(
        session, KnownStatus, id=ONLY_ROW, version=NEVER_HEARD, open_incidents='{"incidents":[]}'
    )
    row = session.get_one(KnownStatus, ONLY_ROW, with_for_update=True)
    if view.version >= row.version or row.version == known_before:
        row.version, row.open_incidents = view.version, told


class StatusWatch:
    """Asks at the start and every few seconds, for what no event has told."""

    def __init__(self, store: Store, incidents: IncidentsClient) -> None:
        self._store = store
        self._incidents = incidents

    async def run(self) -> None:
        """Ask until cancelled; silence changes nothing."""
        while True:
            seconds = RETRY_SECONDS
            try:
                await asyncio.to_thread(self.ask)
                seconds = ASK_EVERY_SECONDS
            except ContractError as error:
                log.warning("incidents did not tell the status", error=str(error))
            except Exception:
                log.exception("the status was not refreshed")
            await asyncio.sleep(seconds)

    def ask(self) -> None:
        """Learn how it stands now. Raises Unavailable."""
        known_before = self._store.glance(known_version)
        view = self._incidents.get_status()
        with self._store.writing() as session:
            keep_status(session, view, known_before)
