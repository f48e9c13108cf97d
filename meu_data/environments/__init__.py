"""Environments to train in: a face to inspect with tools. docs/exports.md (`actfer-rl`) and docs/ucgrpo.md say how."""
