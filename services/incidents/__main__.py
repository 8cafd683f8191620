"""`python -m services.incidents` runs the incidents process."""

from chassis.launcher import launch

launch("incidents")
