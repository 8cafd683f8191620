"""What tickets does: each use case loads, decides, stores and announces in one transaction."""
