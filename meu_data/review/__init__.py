"""Proofreading in Label Studio: what people are shown, and what comes back."""
