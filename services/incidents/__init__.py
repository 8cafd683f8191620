"""incidents owns incidents, their public updates, the tickets linked to them, planned work, the
overall status, and what the openings of tickets let it suspect.

Answers:      declare_incident, assess_incident, update_incident, resolve_incident,
              reopen_incident, write_postmortem, withdraw_incident, link_ticket, link_tickets,
              join_incident, dismiss_suspicion, announce_maintenance, change_maintenance,
              cancel_maintenance; get_status, list_incidents, get_incident_stats, get_audit_trail
Publishes:    incident.declared, incident.assessed, incident.updated, incident.resolved,
              incident.reopened, incident.explained, incident.withdrawn, each with the whole public
              status after it, and so maintenance.announced, maintenance.changed,
              maintenance.started, maintenance.ended, maintenance.cancelled;
              incident.ticket_linked, incident.fell_silent, incident.suspected (all v1)
Listens to:   ticket.opened, ticket.categorised (all v1), to find a surge

Whoever calls has checked the person's rights: the bot lets agents alone declare, update, resolve,
withdraw and link. `declared_by` and its like are kept for the history and not judged here.
"""
