"""Which files and folders a notebook's code reads, writes and goes to, as far as that can be told."""
