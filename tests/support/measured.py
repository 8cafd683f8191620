"""Figures that a test tells at its end, under `measured`."""

from collections.abc import Callable

Tell = Callable[[str, object], None]
"""The fixture `record_property`: what was measured, and the figure with its promise behind it."""
