"""The ledger's entrypoints."""

import eventlet
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.service.extensions import OutboxRelay, Storage
from chassis.service.listening import listens
from chassis.service.rpc import rpc
from chassis.storage.store import Store
from contracts.event import Receipt
from tests.support.ledger import usecases
from tests.support.ledger.messages import Book, Booked, EntryView

SECONDS_TO_OUTLIVE = 4.0
"""Consumers that are told to stop are gone after two."""

log = get_logger()


class LedgerService:
    """Books and tallies."""

    name = "ledger"

    store: Store = Storage()
    relay = OutboxRelay()
    stumbled = False

    @rpc
    def book(self, command: Book) -> Receipt[EntryView]:
        if command.text == "outlives the consumers":
            log.info("in hand")
            eventlet.sleep(SECONDS_TO_OUTLIVE)
        return self.store.once(EntryView, usecases.book, command)

    @rpc
    def count(self) -> int:
        return self.store.ask(usecases.count)

    @listens(Booked)
    def tally(self, session: Session, event: Booked) -> None:
        usecases.tally(session, event)
        if event.text.startswith("dawdles"):
            eventlet.sleep(0.2)
        if event.text == "stumbles once" and not LedgerService.stumbled:
            LedgerService.stumbled = True
            raise RuntimeError("the first try in each process fails")
