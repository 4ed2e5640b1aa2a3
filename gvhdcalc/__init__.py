"""Recompute the figures of a clinical paper from the counts and numbers it prints."""

__version__ = "0.1.0"
