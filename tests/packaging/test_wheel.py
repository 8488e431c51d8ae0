"""sdist → wheel → clean environment: everything arrives, nothing clashes, and uninstalling leaves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
NAME = "primehub_nbext"
NOT_SOURCE = shutil.ignore_patterns(
    ".git",
    ".venv",
    "node_modules",
    "build",
    "dist",
    "*.egg-info",
    ".sandbox",
    "test-results",
    "__pycache__",
    ".*_cache",
)
DATA_FILES = [
    f"etc/jupyter/nbconfig/notebook.d/{NAME}.json",
    f"etc/jupyter/jupyter_notebook_config.d/{NAME}.json",
    f"etc/jupyter/jupyter_server_config.d/{NAME}.json",
    f"share/jupyter/nbextensions/{NAME}/main.js",
    f"share/jupyter/nbextensions/{NAME}/help.html",
    f"share/jupyter/nbextensions/{NAME}/submit/dialog.js",
]


def run(*command, **options) -> str:
    """The output of a command that must end well; no keyboard, and not in the repository."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER"))}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist, and the wheel built from that sdist; built from a copy, so nothing is left in the tree."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    shutil.copytree(REPO, source, ignore=NOT_SOURCE)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", source, cwd=folder)
    (sdist,), (wheel,) = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    return sdist, wheel


def files_below(folder: Path) -> set[str]:
    """Every file, without what Python compiled."""
    paths = (path for path in folder.rglob("*") if not path.is_dir() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in paths}


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A clean environment with nothing but the wheel and what it asks for."""
    home = tmp_path_factory.mktemp("clean") / "env"
    venv.create(home, with_pip=True)
    run(home / "bin/python", "-m", "pip", "install", "--quiet", built[1], cwd=home)
    return home


def test_the_sdist_has_what_the_wheel_is_made_of(built):
    with tarfile.open(built[0]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"LICENSE", "setup.py", "pyproject.toml", "static/main.js", f"{NAME}/_version.py"} <= names


def test_the_wheel_carries_every_source_file(built):
    with zipfile.ZipFile(built[1]) as archive:
        names = set(archive.namelist())
    expected = {f"{NAME}/{path}" for path in files_below(REPO / NAME) if path.endswith((".py", ".sh", ".graphql"))}
    expected |= {f"{NAME}/sandbox/seed/{path}" for path in files_below(REPO / NAME / "sandbox/seed")}
    expected.add(f"{NAME}/py.typed")
    data = next(name.split("/")[0] for name in names if ".data/" in name)
    share = f"{data}/data/share/jupyter/nbextensions/{NAME}"
    expected |= {f"{share}/{path}" for path in files_below(REPO / "static")}
    assert expected - names == set()
    assert not any("tests/" in name or "__pycache__" in name for name in names)


def test_a_plain_install_places_and_enables_everything(installed):
    assert [name for name in DATA_FILES if not (installed / name).is_file()] == []
    assert (installed / "bin/jupyter-primehub").is_file()


def test_what_it_asks_for_fits_together(installed):
    assert "No broken requirements found" in run(installed / "bin/python", "-m", "pip", "check")


def test_it_installs_beside_any_notebook_by_asking_for_none(installed):
    packages = run(installed / "bin/python", "-m", "pip", "list", "--format=freeze").lower()
    assert "notebook==" not in packages
    assert "jupyter_server==" not in packages.replace("-", "_")


def test_importing_it_is_light(installed):
    code = (
        f"import sys, {NAME}; heavy = {{'tornado', 'requests', 'notebook', 'jupyter_server', 'nbformat', 'yaml'}};"
        "print(sorted(heavy & set(sys.modules)), *sorted(name for name in dir(" + NAME + ") if 'jupyter' in name))"
    )
    said = run(installed / "bin/python", "-c", code, cwd=installed).split()
    assert said[0] == "[]"
    assert {"load_jupyter_server_extension", "_load_jupyter_server_extension"} <= set(said)


def test_the_command_answers(installed):
    assert "sandbox" in run(installed / "bin/jupyter-primehub", "--help", cwd=installed)


def test_uninstalling_leaves_nothing(built, installed):
    python = installed / "bin/python"
    before = files_below(installed)
    run(python, "-m", "pip", "uninstall", "--yes", "--quiet", NAME)
    assert [path for path in files_below(installed) if "primehub" in path.lower()] == []
    # Installing again brings exactly the same files.
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", built[1])
    assert files_below(installed) == before
