"""What agents do with incidents: each loads, decides, stores and announces in one transaction.

An instant in a command is when the agent acted; one that lies ahead of our clock becomes now.
"""
