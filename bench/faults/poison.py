"""The whole climb of a message that no handler can take in. Row 11 of docs/guarantees.md."""

import time

from bench.faults.desks import running_desk
from bench.faults.report import Report
from chassis.broker.topology import DELAYS_SECONDS
from chassis.events.dead_letters import replay
from tests.support.poison import climb, open_poisoned_ticket, poisoned_clocks, tries_logged
from tests.support.story import app_user
from tests.support.waiting import wait_until


def measure(report: Report, *, long: bool) -> None:
    """Up all rungs in their own time (in small the later ones are cut short), and back."""
    with running_desk("postgresql", replicas=1) as breakable:
        desk = breakable.desk
        with poisoned_clocks(desk) as clocks:
            ticket = open_poisoned_ticket(app_user(desk), clocks)
            began = time.monotonic()
            letter = climb(desk, is_hurried=not long)
            took = time.monotonic() - began
            tries = len(tries_logged(desk, letter.message_id))
            at_most = len(DELAYS_SECONDS) + 1
            report.promise(f"parked after {tries} tries ({at_most})", holds=tries == at_most)
            report.tell(f"the climb took {took:.1f} s")
            clocks.mend()
            replay(desk.amqp_url, lambda _: True)
            wait_until(lambda: clocks.has(ticket["id"]), 30, "the replayed message had no effect")
            report.tell("replayed, and its effect is there")
