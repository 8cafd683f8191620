"""psql with a transaction in hand, which ends with a commit or not at all."""

import subprocess
from typing import IO

from cli.processes import ending_with_us
from cli.safekeeping.postgres_client import Client, program, words_of

_BEGINNING = """
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET lock_timeout = '10s';
SET client_min_messages = warning;
BEGIN;
"""
_READY = "all said was done"
_QUIET = ("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--output=/dev/null")


class HeldTransaction:
    """Statements are said to it one after another; the first that fails ends it."""

    def __init__(self, client: Client) -> None:
        options = (*_QUIET, "--no-password", "--set=ON_ERROR_STOP=1", f"--dbname={client.address}")
        self._psql = subprocess.Popen(
            ending_with_us([str(program("psql")), *options]),
            env=client.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # no more than the words of the one failure
            text=True,
        )
        self.say(_BEGINNING)

    @property
    def ear(self) -> IO[str]:
        """Where another program may say statements too."""
        assert self._psql.stdin is not None
        return self._psql.stdin

    def say(self, words: str) -> None:
        """Hand it statements; `has_done_all` tells how they went."""
        try:
            self.ear.write(words)
            self.ear.flush()
        except BrokenPipeError:
            return

    def has_done_all(self) -> bool:
        """Wait for all that was said; False when something failed."""
        assert self._psql.stdout is not None
        self.say(f"\\echo {_READY}\n")
        return any(line.strip() == _READY for line in iter(self._psql.stdout.readline, ""))

    def commit(self) -> str | None:
        """End with a commit; why it did not come to one, or None."""
        self.say("COMMIT;\n")
        _, said = self._psql.communicate()
        return None if self._psql.returncode == 0 else words_of(said)

    def give_up(self) -> str | None:
        """End without one, if it has not ended yet; what it had to complain about."""
        if self._psql.returncode is not None:
            return None
        if self._psql.poll() is None:
            self._psql.kill()
        _, said = self._psql.communicate()
        return words_of(said) if said.strip() else None
