"""The gateway: the desk's HTTP door, and the public status page.

Owns: no rows; the rate-limit counters and the last known public status of this host, on disk.
Keeps: what people send with their messages, in the store of files, and gives it out to whoever may
read the ticket.
Answers: HTTP under /api/support/ and /api/v2/, the page /status with its feed and badge; RPC to
nobody.
Asks: tickets, sla, incidents; composes what one answer needs from several.
Listens to: incident.declared.v1, incident.updated.v1, incident.resolved.v1, incident.withdrawn.v1.
"""
