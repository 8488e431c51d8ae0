"""What a node does with a pod: a pod in; processes in its own file system, a log, artifacts and an end out."""
