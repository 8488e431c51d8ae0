"""PrimeHub extension for the classic Jupyter Notebook: the version, and the hooks by which Jupyter finds both halves.

Importing this package imports no server and no HTTP library; the hooks do so when the notebook server calls them.
"""

from __future__ import annotations

from typing import Any

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_nbextension_paths() -> list[dict[str, str]]:
    return [
        {
            "section": "notebook",
            "src": "static",
            "dest": "primehub_nbext",
            "require": "primehub_nbext/main",
        }
    ]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "primehub_nbext"}]


def _jupyter_server_extension_paths() -> list[dict[str, str]]:
    return [{"module": "primehub_nbext"}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Called by jupyter_server (nbclassic, Notebook 7), once."""
    from .extension import load

    load(app)


def load_jupyter_server_extension(app: Any) -> None:
    """Called by NotebookApp of notebook 6."""
    _load_jupyter_server_extension(app)
