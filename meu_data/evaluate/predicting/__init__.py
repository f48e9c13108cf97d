"""Predictions of models that were not trained for it, and of a rule: the zero-shot cells of the papers' tables."""
