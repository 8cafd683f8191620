"""What the processes stand on: settings, database, outbox, inbox, rpc, metrics, logs, clock.

No noun of the support desk occurs here; a small test keeps it so.
"""
