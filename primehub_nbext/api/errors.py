"""What can be wrong on the side of who calls from Python or a terminal."""

from __future__ import annotations

from ..errors import PrimeHubError


class FileNotKept(PrimeHubError):
    code, status = "file_not_kept", 422
    message = "The artifact `{name}` could not be written into the folder: {why}."
    hint = "Choose another folder, or make room in this one."

    def __init__(self, name: str, why: str):
        super().__init__(values={"name": name, "why": why})


class FileExists(PrimeHubError):
    code, status = "file_exists", 409
    message = "There is a file `{name}` in the folder already."
    hint = "Choose another folder, or say that files may be overwritten."

    def __init__(self, name: str):
        super().__init__(values={"name": name})


class NotebookChanged(PrimeHubError):
    code, status = "notebook_changed", 409
    message = "Somebody has saved the notebook meanwhile, so nothing was changed in it."
    hint = "Do it again: the notebook is looked at as it is now."
