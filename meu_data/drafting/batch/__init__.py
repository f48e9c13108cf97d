"""Drafting by batch jobs."""
