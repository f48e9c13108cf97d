"""What annotators said: reviews, whose counts, and how far people agree."""
