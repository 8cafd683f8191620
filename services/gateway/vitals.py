"""The vital signs of the gateway, told by the master: do its workers answer?

Broker and neighbours do not count. The public status is told from memory, so a gateway that has
lost everything else must stay in service; what it has lost is told by `/api/support/health/`.
"""

import encodings.idna  # noqa: F401  # by whoever connects to somebody; see `show`
import http.client
import socket
import time

from chassis import metrics
from chassis.readiness import Readiness
from chassis.vital_signs import pages, serve
from chassis.watchdog import Pulse, start_thread
from services.gateway.settings import Settings

PROBE = "/api/support/health/?probe=live"
PATIENCE_SECONDS = 1.5
_listeners = list[socket.socket]()
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


def show(settings: Settings, pulse: Pulse) -> None:
    """Serve the vital signs on the metrics port, if there is one. All that its thread imports is
    imported before: a worker that is forked while a module is half there has it so for life."""
    if not settings.metrics_port:
        return
    metrics.page()
    readiness = Readiness()
    readiness.add_instant("workers", lambda: _silence(settings.host, settings.port))
    readiness.keep(start_thread, time.sleep)
    served = pages(readiness, pulse, metrics.page)
    _listeners.append(serve(served, settings.metrics_port, settings.metrics_host))


def leave_to_the_master() -> None:
    """In a worker: whoever outlives its master would keep the port from the next one."""
    for listener in _listeners:
        listener.close()


def _silence(host: str, port: int) -> str | None:
    connection = http.client.HTTPConnection(
        EVERYWHERE.get(host, host), port, timeout=PATIENCE_SECONDS
    )
    try:
        connection.request("GET", PROBE, headers={"Connection": "close"})
        status = connection.getresponse().status
    except OSError as error:
        return f"do not answer: {error}"
    finally:
        connection.close()
    return None if status == 200 else f"answer with {status}"
