"""Keeps the board true: takes in events, asks incidents every few seconds, saves what is new."""

import threading

from structlog import get_logger

from chassis.clock import Clock
from chassis.deadline import Deadline
from contracts.errors import ContractError
from contracts.incidents import (
    IncidentAssessed,
    IncidentDeclared,
    IncidentEvent,
    IncidentExplained,
    IncidentReopened,
    IncidentResolved,
    IncidentsClient,
    IncidentUpdated,
    IncidentWithdrawn,
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceChanged,
    MaintenanceEnded,
    MaintenanceEvent,
    MaintenanceStarted,
)
from services.gateway.calls import Rpc, TimedCaller
from services.gateway.status_board import StatusBoard
from services.gateway.status_file import StatusFile

HEARD = (
    IncidentDeclared,
    IncidentAssessed,
    IncidentUpdated,
    IncidentResolved,
    IncidentReopened,
    IncidentExplained,
    IncidentWithdrawn,
    MaintenanceAnnounced,
    MaintenanceChanged,
    MaintenanceStarted,
    MaintenanceEnded,
    MaintenanceCancelled,
)

ASK_EVERY_SECONDS = 5.0
ASK_SECONDS = 2.0

log = get_logger()


class StatusKeeper:
    """A thread beside the requests. `hear` is called from the listener's."""

    def __init__(self, board: StatusBoard, rpc: Rpc, file: StatusFile, clock: Clock) -> None:
        self._board = board
        self._rpc = rpc
        self._file = file
        self._clock = clock
        self._is_stopping = threading.Event()
        self._saving = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="status-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End soon; the thread is not waited for."""
        self._is_stopping.set()

    def hear(self, event: IncidentEvent | MaintenanceEvent) -> None:
        """Take in what happened just now."""
        self._board.hear(event.status, self._clock.now())
        self._save()

    def ask(self) -> None:
        """Have the facts confirmed, or learn newer ones; silence changes nothing."""
        asked_at = self._clock.now()
        client = IncidentsClient(TimedCaller(self._rpc, Deadline.after(ASK_SECONDS)))
        try:
            view = client.get_status()
        except ContractError as error:
            log.warning("incidents did not tell the status", code=error.code)
            return
        self._board.confirm(view, asked_at)
        self._save()

    def _save(self) -> None:
        with self._saving:
            self._file.save(self._board.known)

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            try:
                self.ask()
            except Exception:  # the keeper must outlive every surprise
                log.exception("the status was not refreshed")
            self._is_stopping.wait(ASK_EVERY_SECONDS)
