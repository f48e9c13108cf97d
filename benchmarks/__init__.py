"""Measured claims: each module prints Markdown, every figure beside its peer's from the same run."""
