"""Jobs: the command and its snapshot, a submission that runs once, and what became of it."""
