"""How an incident goes on, which one is meant, and what the public sees. Knows no database."""
