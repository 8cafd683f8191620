"""`./support sla plan` and `apply`: newer promises for the clocks that run already."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import click

from chassis.settings import ConfigurationError, ProcessSettings, load
from cli.calling import calling
from cli.desk import Desk as DataDirectory
from cli.desk import data_dir_option
from cli.sla.holidays import lack, mending
from cli.suggesting import of_this_desk
from cli.trouble import Trouble
from contracts.desk import Desk
from contracts.errors import Invalid
from contracts.sla import ClockMove, PlanRecount, Recount, RecountClocks, SlaClient

MOVES_SHOWN = 50


class _DesksFile(ProcessSettings):
    """The configuration file alone, read as every process reads it."""

    file: Desk


@click.command
@click.option("--policy", help="A changed support.toml; by default what the desk goes by now.")
@data_dir_option
def plan(policy: str | None, data_dir: Path) -> None:
    """Tell which deadlines newer promises would move, and move none.

    Clocks that run keep the promises of their begin until ./support sla apply.
    """
    environment = DataDirectory(data_dir).environment()
    planned = None if policy is None else _read(_file(policy), environment)
    zone = ZoneInfo((planned or _read(None, environment)).timezone)
    with calling(data_dir) as caller:
        sla = SlaClient(caller)
        try:
            pages = list(_pages(lambda after: sla.plan_recount(_query(planned, after))))
        except Invalid as fault:
            raise Trouble(f"{policy}: {fault.message}.") from None
    _tell(pages, zone, "would move")
    if planned and pages[-1].has_number_of_others:
        click.echo(
            f"Warning: policy_version {planned.policy_version} of {policy} is the number of other "
            "promises too: raise it, so that explanations and logs tell them apart."
        )
    if planned is None and not any(page.changed for page in pages):
        click.echo(
            "A changed support.toml is in force once sla has been restarted with it; gateway and "
            "bot tell of it once they have been, too."
        )


@click.command
@click.option("--yes", is_flag=True, help="Do not ask first.")
@data_dir_option
def apply(yes: bool, data_dir: Path) -> None:
    """Let the clocks that run go by the promises now in force.

    What is late or decided stays as it is. ./support sla plan tells beforehand what will move.
    """
    zone = ZoneInfo(_read(None, DataDirectory(data_dir).environment()).timezone)
    with calling(data_dir) as caller:
        sla = SlaClient(caller)
        if not yes:
            planned = list(_pages(lambda after: sla.plan_recount(_query(None, after))))
            _tell(planned, zone, "will move")
            if not any(page.changed or page.moves for page in planned):
                return
            click.confirm("Let them go by these promises?", abort=True)
        run = uuid4()
        done = list(_pages(lambda after: sla.recount_clocks(_command(run, after)).result))
    _tell(done, zone, "moved")


def _query(desk: Desk | None, after: int) -> PlanRecount:
    return PlanRecount(desk=desk, after=after)


def _command(run: Any, after: int) -> RecountClocks:
    """One id for each page of a run, so that a page asked for twice is done once."""
    return RecountClocks(command_id=f"cli:{run}:{after}", after=after)


def _pages(ask: Callable[[int], Recount]) -> Iterator[Recount]:
    after: int | None = 0
    while after is not None:
        page = ask(after)
        yield page
        after = page.next


def _file(policy: str) -> Path:
    """Raises Trouble when it is none."""
    path = Path(policy)
    if policy and path.is_dir():
        raise Trouble(f"--policy {policy!r} is a directory: name a file, such as new.toml.")
    if not path.is_file():
        raise Trouble(f"--policy {policy!r}: no such file.")
    return path


def _read(path: Path | None, environment: dict[str, str]) -> Desk:
    """Raises Trouble with every fault of the file."""
    named = {"SUPPORT_CONFIG": str(path)} if path else {}
    wanted = ("SUPPORT_CONFIG", "SUPPORT_TIMEZONE")
    given = {name: environment[name] for name in wanted if name in environment}
    try:
        return load(_DesksFile, {**given, **named}).file
    except ConfigurationError as faults:
        raise Trouble(str(faults)) from None


def _tell(pages: list[Recount], zone: ZoneInfo, moved: str) -> None:
    moves = [move for page in pages for move in page.moves]
    if moves:
        click.echo(f"Times of {zone.key}:")
    for move in moves[:MOVES_SHOWN]:
        click.echo(_line(move, zone))
    if len(moves) > MOVES_SHOWN:
        click.echo(f"… and {len(moves) - MOVES_SHOWN} more")
    tickets = sum(page.tickets for page in pages)
    late = sum(move.is_missed for move in moves)
    click.echo(f"Tickets with open clocks: {tickets}. Deadlines that {moved}: {len(moves)}.")
    in_place = sum(page.changed for page in pages) - len({move.ticket_id for move in moves})
    if in_place > 0:
        click.echo(f"Tickets whose deadlines stay, but not their warnings or rules: {in_place}.")
    if late:
        click.echo(f"Late at once by that: {late}.")
    for lacking in pages[-1].lacking_holidays:
        click.echo(of_this_desk(f"Warning: {lack(lacking)}: {mending(lacking)}"))


def _line(move: ClockMove, zone: ZoneInfo) -> str:
    old = _moment(move.old_due_at, zone) if move.old_due_at else "none"
    late = "\tlate" if move.is_missed else ""
    what = f"{move.metric.replace('_', ' ')}, cycle {move.cycle}"
    new = _moment(move.new_due_at, zone)
    return f"#{move.ticket_id}\t{move.priority}\t{what}\t{old} -> {new}{late}"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """With the offset: where clocks are put back, an hour comes twice."""
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
