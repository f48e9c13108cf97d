"""Which samples become rows, in which split, and the truth of each."""
