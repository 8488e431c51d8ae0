"""Hosts: Jupyter's folders in; whether each half of the extension is enabled for each notebook server here, out.

Nothing of the servers is imported: what they would load is read from where they read it.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import SYSTEM_CONFIG_PATH, jupyter_config_dir, jupyter_config_path, jupyter_path

from .kinds import Line, line

MODULE, BROWSER_HALF = "primehub_nbext", "primehub_nbext/main"
INSTALL = "Install the package again, not with -e: pip install primehub_nbext. Then restart the notebook server."


def version(package: str) -> str | None:
    """The version of what is installed here; None where it is not."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def examine_hosts(by_file: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """A line for each half on each host that is installed; `by_file`: what Jupyter's configuration files hold.

    Of these, the last that has a setting counts.
    """
    notebook, classic, server = version("notebook"), version("nbclassic"), version("jupyter_server")
    is_classic = notebook is not None and int(notebook.split(".")[0]) < 7
    lines = []
    if is_classic or classic:
        names = [f"Notebook {notebook}"] * is_classic + [f"nbclassic {classic}"] * bool(classic)
        lines.append(_browser_half("nbextension" if is_classic else "nbclassic-extension", " and ".join(names)))
    else:
        lines.append(
            line(
                "browser_half",
                False,
                "There is no classic Notebook here, so the PrimeHub menu has no page to be in.",
                "Install one: pip install nbclassic. The terminal's commands work all the same.",
            )
        )
    if is_classic:
        trait = "NotebookApp.nbserver_extensions"
        lines.append(_server_half("notebook", f"Notebook {notebook}", trait, by_file, "serverextension"))
    if server:
        name, trait = f"jupyter_server {server}", "ServerApp.jpserver_extensions"
        lines.append(_server_half("jupyter_server", name, trait, by_file, "server extension"))
    return lines


def _browser_half(command: str, hosts: str) -> Line:
    places = [each for each in map(Path, jupyter_path("nbextensions")) if (each / f"{BROWSER_HALF}.js").is_file()]
    if not places:
        return line("browser_half", False, "The browser's half (the menu) is not installed.", INSTALL)
    enabled, by = _setting("notebook", "load_extensions", BROWSER_HALF, subfolder="nbconfig")
    if enabled is True:
        return line("browser_half", True, f"The browser's half (the menu) is enabled for {hosts}: {places[0] / MODULE}")
    return line(
        "browser_half",
        False,
        f"The browser's half (the menu) is not enabled for {hosts}{f': {by} switches it off' if by else ''}.",
        f"Enable it: jupyter {command} enable {_scope(by)} {BROWSER_HALF}. Then reload the page.",
    )


def _server_half(host: str, name: str, trait: str, by_file: Mapping[str, Mapping[str, Any]], command: str) -> Line:
    app, names = trait.split(".")
    code = f"server_half_{host}"
    enabled, by = _setting(
        "jupyter_notebook_config" if app == "NotebookApp" else "jupyter_server_config", app, names, MODULE
    )
    for file, config in by_file.items():  # these go before those in folders
        given = config.get(app, {}).get(names, {})
        if isinstance(given, Mapping) and MODULE in given:
            enabled, by = given[MODULE], file
    if enabled is True:
        return line(code, True, f"The server's half is enabled for {name}.")
    return line(
        code,
        False,
        f"The server's half is not enabled for {name}{f': {by} switches it off' if by else ''}.",
        (
            "Correct that file. "
            if (by or "").endswith(".py")
            else f"Enable it: jupyter {command} enable {_scope(by)} {MODULE}. "
        )
        + "Then restart the notebook server.",
    )


def _scope(by: str | None) -> str:
    """The option of Jupyter's commands for the place of a file that decides: what is said elsewhere changes nothing."""
    if by and Path(jupyter_config_dir()) in Path(by).parents:
        return "--user"
    return "--system" if by and any(Path(each) in Path(by).parents for each in SYSTEM_CONFIG_PATH) else "--sys-prefix"


def _setting(section: str, *keys: str, subfolder: str = "") -> tuple[Any, str | None]:
    """A setting in Jupyter's JSON files, and the file that decides; as the servers' ConfigManager reads them."""
    value, by = None, None
    for folder in reversed([Path(each) / subfolder for each in jupyter_config_path()]):
        for file in (*sorted((folder / f"{section}.d").glob("*.json")), folder / f"{section}.json"):
            try:
                found = json.loads(file.read_text("utf-8"))
                for key in keys:
                    found = found[key]
            except (OSError, ValueError, LookupError, TypeError):
                continue
            value, by = found, str(file)
    return value, by
