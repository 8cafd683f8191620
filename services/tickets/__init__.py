"""tickets owns tickets, their messages and what came with them, the requesters and the agents, and
the one-time links that join or let in somebody in Telegram. It removes files that no message names
from the store of files.

Answers:      open_ticket, add_user_message, answer_ticket, add_note, take_ticket, assign_ticket,
              set_priority, set_impact, resolve_ticket, reopen_ticket, rate_ticket,
              edit_user_message, merge_tickets, wish_news, introduce_requester, mark_read,
              record_delivery, register_agent, remove_agent, issue_pass, accept_invite,
              link_account, unlink_account; get_ticket, get_attachment, get_earlier_texts,
              list_tickets, find_tickets, search_tickets, match_tickets, look_at_pass, find_agent,
              list_agents, list_invites, get_stats
Publishes:    ticket.opened, ticket.user_message_added, ticket.message_edited, ticket.answered,
              ticket.noted, ticket.answer_delivered, ticket.answer_refused, ticket.taken,
              ticket.assigned, ticket.prioritised, ticket.categorised, ticket.resolved,
              ticket.reopened, ticket.merged, ticket.linked, ticket.unlinked,
              ticket.incident_told, ticket.notice_delivered, ticket.closed (all v1)
Listens to:   sla.clock_moved.v1, to keep the next deadline beside the ticket;
              incident.ticket_linked.v1, to keep the incident, and to tell whoever waits of it;
              incident.updated.v1, incident.resolved.v1, incident.reopened.v1, to tell the
              requesters of the linked tickets, and to resolve these at the end and
              open them again when it was none;
              incident.withdrawn.v1, to unlink them
"""
