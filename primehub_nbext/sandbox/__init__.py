"""A PrimeHub to try things on: an API, a job runner and a notebook server, all on this computer, in one folder."""
