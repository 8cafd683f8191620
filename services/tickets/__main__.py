"""`python -m services.tickets` runs the tickets process."""

from chassis.launcher import launch

launch("tickets")
