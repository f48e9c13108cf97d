"""Predictions against the labels: the tables of the papers, each as one command."""
