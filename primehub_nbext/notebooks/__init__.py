"""A notebook file and its place: on the group volume, opened without following links, read and checked."""
