"""What the processes say to each other: commands, views, events, errors and typed clients.

Pure: nothing here opens a connection, reads a clock or knows a broker.
"""
