"""The REST API: one file for each noun; each verb reads the request, calls one function and writes what it answers."""
