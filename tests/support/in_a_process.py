"""Scripts that change the process they run in, and so need one of their own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_apart(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it with our modules; what it said, and its exit code."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
