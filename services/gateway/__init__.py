"""The gateway: the desk's HTTP door, and the public status page.

Owns: no rows; the rate-limit counters and the last known public status of this host, on disk.
Keeps: what people send with their messages, in the store of files, and gives it out to whoever may
read the ticket.
Answers: HTTP under /api/support/ and /api/v2/, the page /status with its feed and badge; RPC to
nobody.
Asks: tickets, sla, incidents; composes what one answer needs from several.
Listens to: all that incidents tells of incidents and planned work, to keep the public status:
            incident.declared, incident.assessed, incident.updated, incident.resolved,
            incident.reopened, incident.explained, incident.withdrawn, maintenance.announced,
            maintenance.changed, maintenance.started, maintenance.ended, maintenance.cancelled
            (all v1).
"""
