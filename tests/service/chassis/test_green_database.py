"""A database as a service's green threads wait for it, tried in a process of its own."""

from tests.support.in_a_process import run_apart

A_SLOW_STATEMENT = """
import chassis.service.green
import sys, time
import eventlet
from sqlalchemy import text
from chassis.storage.database import Database

database, beats = Database(sys.argv[1]), []

def beat():
    while True:
        beats.append(time.monotonic())
        eventlet.sleep(0.02)

eventlet.spawn(beat)
with database.reading() as session:
    slow = session.scalar(text("SELECT 7 FROM pg_sleep(0.5)"))
    quick = [session.scalar(text("SELECT 8")) for _ in range(3)]
    large = len(session.scalar(text("SELECT repeat('x', 5000000)")))
print(len(beats) >= 5, slow, quick, large)
"""


def test_a_slow_statement_holds_up_only_whoever_asked_it(postgres_url: str) -> None:
    ran = run_apart(A_SLOW_STATEMENT, postgres_url)

    assert ran.stdout == "True 7 [8, 8, 8] 5000000\n", ran.stderr
