"""The promises of docs/guarantees.md in large numbers: `./support bench faults [--long]`.

Each module breaks a desk of its own in one way, measures, and says which promises did not hold.
Tests in tests/faults do the same in small.
"""
