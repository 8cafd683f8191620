"""How things look on a phone: tickets, incidents, clocks and figures as words and pictures.

Pure: no row, no call, no Telegram.
"""
