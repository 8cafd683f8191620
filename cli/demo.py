"""Sample tickets for `./support up --demo`, opened over HTTP as any user's would be."""

import json

from cli.desk import ROOT, Desk
from cli.gateway import post
from cli.token import make_token
from cli.trouble import Trouble

_SAMPLES = ROOT / "locales" / "ru" / "demo.json"


def fill_in(desk: Desk) -> int:
    """Open the sample tickets; a second time within a day changes nothing. Returns how many."""
    samples = json.loads(_SAMPLES.read_text(encoding="utf-8"))
    for number, sample in enumerate(samples, start=1):
        token = make_token(desk, f"demo-{number}", 600, name=sample["name"])
        status, answer = post(
            f"{desk.address}/api/support/tickets/",
            sample["ticket"],
            {"Authorization": f"Bearer {token}", "Idempotency-Key": f"demo-{number}"},
        )
        if status != 201:
            raise Trouble(f"A sample ticket was refused: {answer.get('detail', status)}")
    return len(samples)
