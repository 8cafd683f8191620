"""Sample tickets for `./support up --demo`, in the desk's language, opened over HTTP as any
user's would be."""

import json

from cli.desk import ROOT, Desk
from cli.gateway import post
from cli.token import make_token
from cli.trouble import Trouble


def fill_in(desk: Desk) -> int:
    """Open the sample tickets; a second time within a day, in the same language,
    changes nothing. Returns how many."""
    told = ROOT / "locales" / desk.locale / "demo.json"
    samples = json.loads(told.read_text(encoding="utf-8"))
    for number, sample in enumerate(samples, start=1):
        token = make_token(desk, f"demo-{number}", 600, name=sample["name"])
        key = f"demo-{desk.locale}-{number}"
        status, answer = post(
            f"{desk.address}/api/support/tickets/",
            sample["ticket"],
            {"Authorization": f"Bearer {token}", "Idempotency-Key": key},
        )
        if status != 201:
            raise Trouble(f"A sample ticket was refused: {answer.get('detail', status)}")
    return len(samples)
