"""How long a database may take, for both kinds."""

LOCK_WAIT_SECONDS = 1.0
STATEMENT_SECONDS = 2.0
IDLE_SECONDS = 10.0
"""How long a transaction may ask nothing before PostgreSQL ends it: what a process that is frozen
or cut off had locked is free again after that."""
