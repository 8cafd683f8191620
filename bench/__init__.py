"""Benchmarks: run with `./support bench`. They measure; they never pass or fail."""
