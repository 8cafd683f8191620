"""What a ticket may become, and what its texts must be. Has never heard of a database or broker."""
