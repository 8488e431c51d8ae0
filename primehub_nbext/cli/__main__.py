"""`python -m primehub_nbext.cli …`: the same as `jupyter primehub …`."""

from __future__ import annotations

from .app import main

main()
