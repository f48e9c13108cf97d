"""Grounding: drafts and proofs checked against the measured motion and the labels."""
