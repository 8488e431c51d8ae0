"""Completion: the beginning of a word in; the names that it may become out, where argcomplete is installed.

Each is quick or says nothing: who presses Tab does not want to wait for PrimeHub, nor read why it does not answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

SECONDS = 2.0
Completer = Callable[..., Iterable[str]]


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell, and end the process, if it is that which asks."""
    try:
        import argcomplete
    except ImportError:
        return
    argcomplete.autocomplete(parser, always_complete_options=False)


def notebooks(action: argparse.Action) -> None:
    """Notebooks, and the folders on the way to one."""
    _completed(action, _notebooks)


def parameters(action: argparse.Action) -> None:
    """The parameters of the notebook that the line names."""
    _completed(action, _parameters)


def resources(action: argparse.Action, kind: str) -> None:
    """What the group may use: `instance_types` or `images`."""
    _completed(action, lambda **_: [each["name"] for each in _api().resources(session=_session())[kind]])


def names(action: argparse.Action, known: Iterable[str]) -> None:
    """One of these, or several with commas between."""

    def listed(prefix: str, **_: Any) -> Iterable[str]:
        before, comma, _last = prefix.rpartition(",")
        return [f"{before}{comma}{name}" for name in known if name not in before.split(",")]

    _completed(action, listed)


def jobs(action: argparse.Action) -> None:
    """The newest jobs."""
    _completed(action, lambda **_: [job["id"] for job in _api().jobs(session=_session())["jobs"]])


def _completed(action: argparse.Action, completer: Completer) -> None:
    def quietly(**line: Any) -> Iterable[str]:
        try:
            return list(completer(**line))
        except Exception:  # whatever it is, there is nowhere to say it
            return []

    action.completer = quietly  # type: ignore[attr-defined]  # argcomplete's


def _notebooks(prefix: str, **_: Any) -> Iterable[str]:
    folder = prefix.rpartition("/")[0]
    begin = f"{folder}/" if "/" in prefix else ""
    for each in sorted(Path(begin or ".").expanduser().iterdir()):
        if each.is_dir() and not each.name.startswith("."):
            yield f"{begin}{each.name}/"
        elif each.suffix == ".ipynb":
            yield f"{begin}{each.name}"


def _parameters(parsed_args: argparse.Namespace, **_: Any) -> Iterable[str]:
    checked = _api().check(parsed_args.notebook, session=_session())
    return [f"{row['name']}=" for row in checked["parameters"]]


def _session() -> Any:
    return _api().Session(request_timeout=SECONDS, connect_timeout=SECONDS, settle_timeout=0.0)


def _api() -> Any:
    from .. import api

    return api
