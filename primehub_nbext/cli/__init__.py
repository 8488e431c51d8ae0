"""`jupyter primehub …`."""
