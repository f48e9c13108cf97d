"""Drafting by single calls, many at a time."""
