"""bot: the desk in Telegram, where agents work and users write.

Owns: the updates it was sent, the messages it has to send, which message speaks of which ticket,
the questions it has asked, who wished to be told of incidents, when agents wish to be told at all,
the agents' group and its topics, whom the product's main bot cannot tell, which replica works, and
copies of the list of agents, of the open incidents and of which requests they are behind.
Answers: ping.
Publishes: nothing; what happens here becomes a call to tickets, incidents or sla.
Listens to: ticket.opened.v1, ticket.user_message_added.v1, ticket.message_edited.v1,
ticket.answered.v1, ticket.noted.v1, ticket.assigned.v1, ticket.taken.v1, ticket.prioritised.v1,
ticket.answer_refused.v1, ticket.resolved.v1, ticket.merged.v1, ticket.linked.v1,
ticket.unlinked.v1, ticket.reopened.v1, ticket.closed.v1, ticket.incident_told.v1, sla.warned.v1,
sla.warning_climbed.v1, sla.breached.v1, sla.breach_withdrawn.v1, incident.declared.v1,
incident.assessed.v1, incident.updated.v1, incident.resolved.v1, incident.reopened.v1,
incident.withdrawn.v1, incident.fell_silent.v1, incident.suspected.v1, maintenance.started.v1,
maintenance.ended.v1, message.parked.v1.
"""
