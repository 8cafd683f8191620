"""What people can ask of the bot, one module a family. A handler parses, calls, presents."""
