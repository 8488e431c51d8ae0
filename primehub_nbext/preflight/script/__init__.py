"""A notebook's code as Python: what it calls, binds and names, with IPython's magics and shell lines told apart."""
