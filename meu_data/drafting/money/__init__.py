"""What requests may cost, and what they have cost."""
