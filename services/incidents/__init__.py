"""incidents owns incidents, their public updates and the overall status.

Answers:      declare_incident, update_incident, resolve_incident, withdraw_incident; get_status,
              list_incidents, get_incident_stats
Publishes:    incident.declared, incident.updated, incident.resolved, incident.withdrawn (all v1),
              each with the whole public status after it
Listens to:   nothing

Whoever calls has checked the person's rights: the bot lets agents alone declare, update, resolve
and withdraw. `declared_by` and its like are kept for the history and not judged here.
"""
