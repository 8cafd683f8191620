"""sla owns the clocks that run on every ticket: policy, calendars, deadlines and verdicts.

Answers:      import_holidays, recount_clocks, plan_recount, describe_tickets, explain_ticket,
              forecast_clocks, list_urgent, get_sla_stats, find_lacking_holidays
Publishes:    sla.warned, sla.warning_climbed, sla.breached, sla.achieved, sla.breach_withdrawn,
              sla.clock_moved (all v1)
Listens to:   ticket.opened, ticket.user_message_added, ticket.message_edited,
              ticket.answer_delivered, ticket.answer_refused, ticket.notice_delivered,
              ticket.unlinked, ticket.taken, ticket.assigned, ticket.prioritised,
              ticket.categorised, ticket.resolved, ticket.reopened, ticket.merged, ticket.closed
              (all v1), to start, judge and stop the clocks, and to name their tickets rightly
"""
