"""What a nameko service declares to stand on: its store, its outbox's relay, its sweeping."""

from typing import Any

from nameko.extensions import DependencyProvider, SharedExtension

from chassis.broker.publishing import ConfirmingPublisher, PublishFailed
from chassis.broker.topology import DEAD
from chassis.clock import clock_for
from chassis.events.outbox import oldest_waiting
from chassis.events.relay import Relay
from chassis.metrics import outbox_meters
from chassis.service.loop import Loop
from chassis.settings import ProcessSettings
from chassis.storage.database import Database
from chassis.storage.store import Store
from chassis.storage.sweeping import sweep
from contracts.errors import Unavailable

BEHIND_SECONDS = 10.0


class SharedStore(SharedExtension):
    """One store for all extensions of a service."""

    def setup(self) -> None:
        settings: ProcessSettings = self.container.config["settings"]
        self.store = Store(Database(settings.database_url), clock_for(settings.clock_file))
        self.waited_seconds = 0.0

    def look(self) -> None:
        """See how long the outbox's oldest event has waited, and so that the database answers."""
        since = self.store.glance(oldest_waiting)
        self.waited_seconds = (self.store.now() - since).total_seconds() if since else 0.0

    def stop(self) -> None:
        self.store.database.close()


class Storage(DependencyProvider):
    """Hands a service its store: `store = Storage()`."""

    shared = SharedStore()

    def get_dependency(self, worker_ctx: Any) -> Store:
        return self.shared.store


class ServiceSettings(DependencyProvider):
    """Hands a service its settings: `settings = ServiceSettings()`."""

    def get_dependency(self, worker_ctx: Any) -> ProcessSettings:
        settings: ProcessSettings = self.container.config["settings"]
        return settings


class OutboxRelay(Loop):
    """Publishes the outbox: woken by each commit that put an event there, every second, and at the
    end, when no worker is left who could put one there."""

    shared = SharedStore()
    interval = 1.0
    gathering = 0.05
    pace = 0.15
    finishes = True
    expected = (PublishFailed, Unavailable)

    def setup(self) -> None:
        super().setup()
        self._publisher = ConfirmingPublisher(self.container.config["AMQP_URI"], needs=DEAD)

    def start(self) -> None:
        store = self.shared.store
        meters = outbox_meters(self.container.service_name)
        self._relay = Relay(store.database, self._publisher, store.clock, meters)
        store.database.on_announcement = self.wake
        super().start()

    def run_once(self) -> bool:
        return self._relay.run_once()

    def lag(self) -> str | None:
        """Why the relay is behind, by the last look; None while no event has waited for long."""
        waited = self.shared.waited_seconds
        return f"an event has waited for {waited:.0f} s" if waited > BEHIND_SECONDS else None


class Sweeping(Loop):
    """Sweeps the chassis' tables once an hour, batch after batch, so that no writer waits long."""

    shared = SharedStore()
    interval = 3600.0

    def run_once(self) -> bool:
        settings: ProcessSettings = self.container.config["settings"]
        store = self.shared.store
        with store.writing() as session:
            return sweep(session, store.now() - settings.handled_kept) > 0
