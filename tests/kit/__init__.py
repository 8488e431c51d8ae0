"""What tests meet: real notebook servers and real sandboxes, each a process of its own in a home of its own."""
