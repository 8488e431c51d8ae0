"""What would go wrong in a job: one file for each family of findings, one list of them all."""
