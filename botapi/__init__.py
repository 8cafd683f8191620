"""A local Bot API server: `./support chat` and the tests talk to the bot through it.

Owns: a small Telegram in memory, with bots, people, groups, chats, updates and their rules.
Answers: the Bot API at `/bot<token>/<method>`, and at `/_control/` whoever plays the people.
Stands alone: it is the other side of the wire and knows nothing about the desk.

Messages are kept until the process ends. Update and message ids start from the clock, so that
a bot that remembers ids over a restart of this server never sees an old id on a new message.
"""
