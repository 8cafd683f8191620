"""Asking another process: the client, and what a question and its answer look like on the wire.

The other half, the entrypoint that answers, is `chassis.service.rpc`.
"""
