"""The calendars of the running desk: whether the holidays that they go by are imported."""

from pathlib import Path

from cli.calling import calling
from cli.diagnosis.finding import Finding, bad, well
from cli.sla.holidays import lack, mending
from cli.trouble import Trouble
from contracts.errors import ContractError
from contracts.sla import SlaClient


def examine(data_dir: Path) -> list[Finding]:
    """What sla says of them; nothing when it does not answer, which others find."""
    try:
        with calling(data_dir) as caller:
            lacking = SlaClient(caller).find_lacking_holidays()
    except (Trouble, ContractError):
        return []
    if not lacking:
        return [well("No calendar lacks the holidays of its country.")]
    return [bad(f"{lack(one)}.", mending(one)) for one in lacking]
