"""Drafts from the measured motion and the labels alone: no model, same input, same words."""
