"""incidents owns incidents, their public updates, the tickets linked to them, the overall status.

Answers:      declare_incident, assess_incident, update_incident, resolve_incident,
              reopen_incident, write_postmortem, withdraw_incident, link_ticket; get_status,
              list_incidents, get_incident_stats, get_audit_trail
Publishes:    incident.declared, incident.assessed, incident.updated, incident.resolved,
              incident.reopened, incident.explained, incident.withdrawn, each with the whole public
              status after it; incident.ticket_linked, incident.fell_silent (all v1)
Listens to:   nothing

Whoever calls has checked the person's rights: the bot lets agents alone declare, update, resolve,
withdraw and link. `declared_by` and its like are kept for the history and not judged here.
"""
