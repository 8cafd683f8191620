"""`python -m services.sla` runs the sla process."""

from chassis.service.launcher import launch

launch("sla")
