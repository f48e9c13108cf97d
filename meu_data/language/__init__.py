"""Reads prose about a face, English and Chinese: regions, directions, strengths, colours, action units, emotions."""
