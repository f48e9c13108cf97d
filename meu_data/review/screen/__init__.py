"""What annotators see: the labelling screen, the tasks and the pictures on it."""
