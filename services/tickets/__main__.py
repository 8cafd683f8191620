"""`python -m services.tickets` runs the tickets process."""

from chassis.service.launcher import launch

launch("tickets")
