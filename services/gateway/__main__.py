"""Starts the gateway: `python -m services.gateway`."""

from chassis import garbage  # isort: skip  # first, for what it does
from services.gateway.server import main

if __name__ == "__main__":
    garbage.collect_seldom()
    main()
