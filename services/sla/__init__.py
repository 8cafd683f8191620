"""sla: the clocks that run on every ticket, and the voice that warns before a promise is broken.

Owns: policies, calendars, and per ticket a first-response cycle with its deadline and verdict.
Answers: describe_tickets, list_urgent, get_sla_stats.
Publishes: sla.warned.v1, sla.breached.v1, sla.achieved.v1, sla.breach_withdrawn.v1,
sla.clock_moved.v1.
Listens to: ticket.opened.v1, ticket.user_message_added.v1, ticket.answer_delivered.v1,
ticket.answer_refused.v1, ticket.taken.v1, ticket.prioritised.v1, ticket.categorised.v1,
ticket.resolved.v1, ticket.closed.v1.
"""
