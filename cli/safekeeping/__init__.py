"""A desk's databases kept in a directory and brought back: what `backup` and `restore` consist of.

docs/adr/0017 says how the four are copied as they were at one moment.
"""
