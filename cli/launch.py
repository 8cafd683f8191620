"""Starts a planned desk step by step, and says why when a step does not come."""

from collections import defaultdict
from collections.abc import Callable

import click

from cli.broker import START_SECONDS, is_reachable
from cli.desk import Desk
from cli.gateway import is_well
from cli.log_lines import last_words
from cli.migrate import finish, start_migrations, start_topology
from cli.plan import STAGES, Plan
from cli.processes import wait_until
from cli.supervisor import Supervisor
from cli.trouble import Trouble

HEALTHY_SECONDS = 120.0
_DEATHS_ALLOWED = 2  # a process may stumble once while its neighbours come up
_LAST_WORDS = 15


class Launch:
    """One start of the desk, from nothing to health 200."""

    def __init__(self, desk: Desk, plan: Plan) -> None:
        self._desk = desk
        self._plan = plan
        self.supervisor = Supervisor(desk, plan.programs, STAGES)
        self._pids: dict[str, set[int]] = defaultdict(set)
        self._old_words = {each.name: self._words(each.name) for each in plan.programs}

    def run(self) -> None:
        """Start everything in order and wait until the desk is well. Raises Trouble."""
        with self._desk.deciding(self._plan.noteworthy):
            self._start()

    def _start(self) -> None:
        self.supervisor.start(self._plan.environment)
        migrations = start_migrations(self._plan.environment)
        self._start_stages("epmd", "broker", "telegram")
        finish(migrations, "The databases cannot be migrated")
        self._wait_for_broker()
        finish(start_topology(self._plan.environment), "The queues cannot be declared")
        click.echo("Starting the desk …")
        self._start_stages("services", "edges")
        self._wait(
            lambda: is_well(self._desk.address),
            HEALTHY_SECONDS,
            "The desk did not become well in time",
        )

    def _start_stages(self, *stages: str) -> None:
        for stage in stages:
            if any(program.stage == stage for program in self._plan.programs):
                self.supervisor.start_stage(stage)

    def _wait_for_broker(self) -> None:
        address = self._plan.environment["AMQP_URL"]
        if self._plan.has_own_broker:
            click.echo("Starting RabbitMQ …")
            self._wait(lambda: is_reachable(address), START_SECONDS, "RabbitMQ did not start")
        elif not is_reachable(address):
            raise Trouble(
                "No broker answers at AMQP_URL: start it, correct the address, or unset AMQP_URL "
                "to let ./support up run a private one."
            )

    def _wait(self, condition: Callable[[], bool], seconds: float, complaint: str) -> None:
        def has_come() -> bool:
            if condition():
                return True
            self._check_programs()
            return False

        if not wait_until(has_come, seconds=seconds, pause=0.2):
            raise Trouble(f"{complaint}; ./support doctor and {self._desk.logs} know more.")

    def _check_programs(self) -> None:
        """A program that keeps dying will not come: show its last words instead of waiting."""
        if not self.supervisor.is_alive():
            raise Trouble(f"The supervisor has died; {self._desk.log_of('supervisord')} knows why.")
        for seen in self.supervisor.seen():
            if seen.pid:
                self._pids[seen.name].add(seen.pid)
            if len(self._pids[seen.name]) > _DEATHS_ALLOWED:
                raise Trouble(
                    f"{seen.name} cannot start:\n{self._last_words(seen.name)}\n"
                    f"({self._desk.log_of(seen.name)} has it all.)"
                )

    def _last_words(self, program: str) -> str:
        new = self._words(program).removeprefix(self._old_words[program])
        return last_words(new, count=_LAST_WORDS)

    def _words(self, program: str) -> str:
        log = self._desk.log_of(program)
        return log.read_text(errors="replace") if log.exists() else ""
