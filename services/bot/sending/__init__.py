"""How messages leave: kept in the outbox, carried at Telegram's pace, and what became of each."""
