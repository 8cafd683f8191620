"""The views, one module a noun. A view parses, calls a typed client, presents."""
