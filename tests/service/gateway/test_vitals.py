"""What the gateway's master shows, and what that may not cost its workers."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import requests

from cli.ports import choose_port
from tests.support.gateway import SECRET
from tests.support.starting import ROOT
from tests.support.vital_signs import look
from tests.support.waiting import wait_until

MASTER = """
import json
import sys
from pathlib import Path
from chassis import metrics
from chassis.settings import load
from chassis.watchdog import Pulse
from services.gateway import server, vitals
from services.gateway.settings import Settings

settings = load(Settings)
metrics.share_between_workers(Path(settings.data_dir))
server._worker_life()
vitals.show(settings, Pulse())
before = set(sys.modules)
print("shown", flush=True)
sys.stdin.readline()
print(json.dumps(sorted(set(sys.modules) - before)))
"""


class Worker(BaseHTTPRequestHandler):
    """Answers as a worker would."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_its_thread_imports_nothing(tmp_path: Path) -> None:
    """A worker forked meanwhile would have half of the module, and could not use it for life."""
    metrics_port = choose_port()
    with HTTPServer(("127.0.0.1", 0), Worker) as worker:
        Thread(target=worker.serve_forever, daemon=True).start()
        master = subprocess.Popen(
            [sys.executable, "-c", MASTER],
            cwd=ROOT,
            env={
                "SUPPORT_DATA_DIR": str(tmp_path),
                "SUPPORT_PORT": str(worker.server_port),
                "SUPPORT_METRICS_PORT": str(metrics_port),
                "SUPPORT_JWT_SECRET": SECRET,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with master:
            assert master.stdout is not None
            assert master.stdout.readline() == "shown\n"
            wait_until(lambda: look(metrics_port, "/ready")[0] == 200)
            assert look(metrics_port, "/live")[0] == 200
            assert requests.get(f"http://127.0.0.1:{metrics_port}/metrics", timeout=5).ok
            worker.shutdown()
            worker.server_close()
            assert look(metrics_port, "/ready")[0] == 503
            imported, _ = master.communicate("\n")

    assert json.loads(imported) == []
