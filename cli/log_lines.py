"""The desk's JSON log lines as a person wants to read the end of them."""

import json

_LENGTH = 400


def last_words(log: str, *, count: int) -> str:
    """The last different lines, each cut to what matters."""
    plain = [_plain(line) for line in log.splitlines() if line.strip()]
    return "\n".join(list(dict.fromkeys(plain))[-count:])


def _plain(line: str) -> str:
    """What happened, and of a traceback the error alone."""
    try:
        entry = json.loads(line)
        event = str(entry["event"])
    except (ValueError, KeyError, TypeError):
        return line[:_LENGTH]
    trace = str(entry.get("exception") or "").strip()
    reason = f": {trace.splitlines()[-1]}" if trace else ""
    return f"{event}{reason}"[:_LENGTH]
