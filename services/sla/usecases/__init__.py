"""What sla does: a cycle is loaded, judged, stored and announced in one transaction."""
