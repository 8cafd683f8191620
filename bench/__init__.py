"""Benchmarks: run with `./support bench`. They measure, and say which promises do not hold."""
