"""Facts on their way: out through the outbox and its relay, in through the consumer and its inbox,
and what becomes of those that a handler fails on."""
