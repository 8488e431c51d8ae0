"""The doctor's report: this computer and its settings in; what works and what does not, with what to do, out."""

from __future__ import annotations

import os
import platform
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .._version import __version__
from ..errors import PrimeHubError
from ..jobs.circumstances import papermill_place
from ..jobs.head import SNAPSHOTS
from ..notebooks.opening import disk_errors
from ..primehub import documents
from ..primehub.errors import PrimeHubFault, TokenRequired
from .hosts import examine_hosts, version
from .kinds import Line, Report, line
from .session import Session, default_session
from .settings import refused_settings

PACKAGES = (
    *("notebook", "nbclassic", "jupyter_server", "jupyter_core", "jupyter_client", "traitlets", "papermill"),
    *("ipykernel", "nbformat", "tornado", "requests", "urllib3", "h11", "PyYAML", "tqdm", "argcomplete"),
)
NO_TOKEN = "none"  # what PrimeHub is asked with where there is no token: its refusal is an answer, too


def doctor(*, session: Session | None = None) -> Report:
    """Look at all that a submission needs from here: what is well, what is not, and what to do. Raises nothing.

    Writes nothing that stays, and asks PrimeHub two questions. It looks at the Python that it runs in, which is the
    notebook server's if it is installed beside it.
    """
    session = session or default_session()
    lines = [
        line("version", None, f"primehub_nbext {__version__}, Python {platform.python_version()}, {sys.executable}"),
        *examine_hosts(session.settings.by_file),
        *_settings(session),
        *_primehub(session),
        *_volume(session),
        _papermill(session),
        _kernels(session),
    ]
    versions = {"primehub_nbext": __version__, "python": platform.python_version()}
    return {
        "ok": not any(each["ok"] is False for each in lines),
        "lines": lines,
        "versions": {**versions, **{package: version(package) for package in PACKAGES}},
    }


def _settings(session: Session) -> Iterator[Line]:
    """Which configuration files there are, and whether they agree."""
    settings = session.settings
    for message in refused_settings(session.config):
        yield line("settings", False, message, "Correct it, or remove it.")
    for file in settings.broken:
        yield line("settings", False, f"A configuration file cannot be read: {file}", "Correct it, or remove it.")
    files = {file: config["PrimeHub"] for file, config in settings.by_file.items() if "PrimeHub" in config}
    seen: dict[str, tuple[object, str]] = {}
    for file, section in files.items():
        for name, value in section.items():
            earlier, other = seen.get(name, (value, file))
            if earlier != value and Path(earlier_name := other).name != Path(file).name:
                yield line(
                    "settings",
                    False,
                    f"PrimeHub.{name} is set twice, differently: in {earlier_name} and {file}.",
                    "Which of them counts depends on the notebook server. Keep one.",
                )
            seen[name] = value, file
    said = (
        f"in {', '.join(files)}" if files else "from the environment, and as they come: no configuration file has any"
    )
    yield line("settings", None, f"Settings: {said}")


def _primehub(session: Session) -> Iterator[Line]:
    """Whether PrimeHub answers, whose token there is, and what the group may use."""
    context, token = session.context, session.context.credentials.current()
    problem, user = None, None
    try:
        answer = session.ask(context.client.execute, documents.ME, {}, token.text if token else NO_TOKEN)
        me = answer.get("me")
        user = me.get("username") if isinstance(me, dict) else None
    except PrimeHubError as error:
        problem = error
    if isinstance(problem, PrimeHubFault):
        yield _not("endpoint", problem, f" Its address is {context.endpoint}")
        yield line("token", None, "The API token could not be tried." if token else "There is no API token.")
        return
    secure = context.endpoint.startswith("https:")
    said = ", and its certificate is good" if secure else ""
    yield line("endpoint", True, f"PrimeHub answers at {context.endpoint}{said}.")
    yield _token(session, problem, user)
    if token is None or problem:
        return
    try:
        group = context.group
        found = session.ask(context.resources.get, group.id, token.text)
    except PrimeHubError as error:
        yield _not("group", error)
        return
    types, images = len(found.instance_types), sum(image.ready for image in found.images)
    said = f"instance types to choose from: {types}, images: {images}"
    yield line("group", True, f"You work in the group {group.name}; {said}.")


def _token(session: Session, problem: PrimeHubError | None, user: object) -> Line:
    token = session.context.credentials.current()
    if token is None:
        return _not("token", TokenRequired())
    if problem:
        return _not("token", problem)
    if token.source == "prompt" and stat.S_IMODE(os.stat(session.context.config.token_file).st_mode) & 0o077:
        file = session.context.config.token_file
        return line("token", False, f"Others can read the file with your API token, {file}.", f"chmod 600 {file}")
    places = {"prompt": "as you typed it in", "environment": "in PRIMEHUB_API_TOKEN", "sdk_file": "in the SDK's file"}
    return line("token", True, f"PrimeHub accepts the API token {places[token.source]}: it is {user}'s.")


def _volume(session: Session) -> Iterator[Line]:
    """Whether the group volume is where jobs will look for it, and can be written to."""
    try:
        volume = session.context.volume
        volume.require_mounted()
        for folder in (volume.path, os.path.join(volume.path, SNAPSHOTS)):
            if folder == volume.path or os.path.isdir(folder):
                with disk_errors(), tempfile.TemporaryFile(dir=folder):
                    pass
        yield line("volume", True, f"The group volume is mounted at {volume.path}, and you can write to it.")
    except PrimeHubError as error:
        yield _not("volume", error)


def _papermill(session: Session) -> Line:
    """Whether a job of the image here would find papermill, as the check of a notebook sees it."""
    home = os.path.normpath(session.context.config.home_dir)
    try:
        volume = session.context.volume.path
    except PrimeHubError:
        volume = os.path.join(home, "none")
    place, found = papermill_place(home, volume), version("papermill")
    named = f"papermill {found}" if found else "papermill"
    if place not in ("", "home"):
        return line("papermill", True, f"{named} is installed here, and so in jobs with the same image.")
    return line(
        "papermill",
        False,
        f"{named} is in your home folder, which a job has not." if place else "papermill is not installed here.",
        "Jobs run notebooks with it: install it in the image that your jobs use. If that is another one than here, and "
        "has it, all is well.",
    )


def _kernels(session: Session) -> Line:
    names = session.kernels
    if names is None:
        return line("kernels", None, "Which kernels there are could not be told: jupyter_client is not installed.")
    if not names:
        return line("kernels", False, "No kernel is installed here.", "Install one: pip install ipykernel")
    return line("kernels", True, f"Kernels here: {', '.join(sorted(names))}")


def _not(code: str, error: PrimeHubError, more: str = "") -> Line:
    return line(code, False, error.message + more, error.hint, error.code)
