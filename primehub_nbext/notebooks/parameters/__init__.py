"""Notebook parameters: what a person types, the values it stands for, and YAML for papermill."""
