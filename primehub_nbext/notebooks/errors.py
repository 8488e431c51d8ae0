"""What can be wrong with a notebook, its parameters, its place, or the volume that it is on."""

from __future__ import annotations

from ..errors import InvalidField, PrimeHubError, Refused


class InvalidParameters(InvalidField):
    code = "invalid_parameters"
    message = "The notebook parameters could not be read."
    hint = 'Write them as name=value, separated by ";" or a new line, for example: start=1; end=10'
    field = "parameters"


class NotebookNotFound(PrimeHubError):
    code, status = "notebook_not_found", 404
    message = "The notebook is not there (any more)."
    hint = "Save the notebook, then try again."


class OutsideGroupVolume(Refused):
    """`path`: of the volume, as people see it (Jupyter's, where it has one)."""

    code = "outside_group_volume"
    message = "This notebook is not on the group volume `{volume}`, and a job reaches no other files."
    hint = "Move it into the folder `{path}` and submit it from there."
    field = "notebook_path"

    def __init__(self, volume: str, path: str):
        super().__init__(values={"volume": volume, "path": path})


class GroupVolumeNotMounted(Refused):
    code = "group_volume_not_mounted"
    message = "The group volume `{volume}` is not there."
    hint = (
        "Restart your notebook from PrimeHub. If it stays, ask your administrator whether the group has a volume, and "
        "whether it is mounted at `{path}`."
    )

    def __init__(self, volume: str, path: str):
        super().__init__(values={"volume": volume, "path": path})


class InvalidNotebook(Refused):
    code = "invalid_notebook"
    message = "The file is not a notebook that can be read."
    hint = "Open it, save it and try again; or restore it from a checkpoint (File > Revert to Checkpoint)."
    field = "notebook_path"


class NoKernel(Refused):
    code = "no_kernel"
    message = "The notebook does not name a kernel, so a job would not know how to run it."
    hint = "Choose one in Kernel > Change kernel, save the notebook and try again."
    field = "notebook_path"


class InvalidOpenNotebook(InvalidField):
    code = "invalid_notebook"
    message = "What was sent as the open notebook is not a notebook."
    hint = "Send its cells and metadata as Jupyter saves them, or leave it out."
    field = "notebook"


class NotebookUnchecked(Refused):
    code = "notebook_unchecked"
    message = "The notebook could not be checked: reading it took too long or more memory than there is."
    hint = "Nothing was submitted. Clear large outputs, save it and try again; or stop kernels that you do not need."
    field = "notebook_path"


class UnsupportedName(Refused):
    code = "unsupported_name"
    message = "The notebook's name cannot be carried to a job."
    hint = "Rename the notebook, then try again."
    field = "notebook_path"


class VolumeError(Refused):
    """The disk said no; in general on writing a snapshot, hence the code."""

    code = "snapshot_failed"
    message = "The copy of the notebook that the job would run could not be written to the group volume."
    hint = "Nothing was submitted. Try again; if it stays, ask your administrator to look at the group volume."


class VolumeFull(VolumeError):
    code = "volume_full"
    message = "The group volume is full."
    hint = "Nothing was submitted. Free some space in the group volume, or ask your administrator for more."


class VolumeUnreadable(VolumeError):
    code = "volume_unreadable"
    message = "The group volume could not be read."
    hint = "If it stays, ask your administrator to look at the group volume."


class VolumeReadOnly(VolumeError):
    code = "volume_read_only"
    message = "The group volume is read-only."
    hint = "Nothing was submitted. Ask your administrator for write access to the group volume."


class VolumePermissionDenied(VolumeError):
    code = "volume_permission_denied"
    message = "You have no permission to read the notebook or to write beside it in the group volume."
    hint = "Nothing was submitted. Ask the folder's owner for permission, or copy the notebook to a folder of yours."
