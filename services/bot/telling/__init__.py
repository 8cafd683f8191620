"""What is told unasked: to whom, from when on, in which words. It leaves through the outbox."""
