"""`python -m services.incidents` runs the incidents process."""

from chassis.service.launcher import launch

launch("incidents")
