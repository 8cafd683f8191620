#!/usr/bin/env python3
"""So that the guide's `python manage.py migrate support` works: hands over to `./support`."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    support = Path(__file__).resolve().with_name("support")
    os.execv(support, [str(support), *(sys.argv[1:] or ["--help"])])
