"""Cleaning: pure functions from printed text to values; no files, no tables."""
