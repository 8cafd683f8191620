"""`python -m services.sla` runs the sla process."""

from chassis.launcher import launch

launch("sla")
