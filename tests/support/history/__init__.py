"""What was asked of a desk while it was being broken, and whether it kept its word.

`records` remembers, `load` asks, `outcome` reads what is left in the end, `judge` compares.
"""
