"""The text of a cell as Python: its lines, the commands of IPython's among them, the magics that it begins with."""
