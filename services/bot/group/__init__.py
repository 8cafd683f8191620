"""The group in which all agents read along: its rows, its topics, and who looks after it."""
