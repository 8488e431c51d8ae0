"""What to set up in; environments under .venv/ with the package installed as users do, out.

Standard library only: it runs before anything is installed. Running it again costs about a second.

    python dev/bootstrap.py demo    .venv/a: notebook 6.5 and the sandbox
    python dev/bootstrap.py test    .venv/a and .venv/b (notebook 7 + nbclassic), test tools, Node packages, a browser,
                                    .venv/sdk (PrimeHub's own Python SDK, to test the sandbox with)
    python dev/bootstrap.py bench   .venv/a with the test tools
    python dev/bootstrap.py matrix [SET]  .venv/<this Python's version>[-SET]/a and …/b, test tools; for dev/matrix.py,
                                    and where there is a SET with the versions in dev/constraints/SET-a.txt, …-b.txt
    python dev/bootstrap.py hub     .venv/hub/a and .venv/hub/b, test tools, JupyterHub and its proxy, for dev/matrix.py
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
VENVS = REPO / ".venv"
PYTHON_VERSION = ".".join(map(str, sys.version_info[:2]))
NAME = "primehub_nbext"

# Two kinds of environment, because notebook 6.5 and notebook 7 cannot be installed side by side. An environment is
# named by its folder below .venv/, whose last part is its kind: "a", or "3.9/a".
REQUIREMENTS = {
    "a": [".[classic,nbclassic,sandbox{more}]", "jupyter_server"],
    "b": [".[nbclassic,sandbox{more}]", "notebook>=7"],
}
# For .venv/a and .venv/b, whose servers and jobs are started by the hundred. Later versions come with rfc3987-syntax
# (jupyter_events asks for it), with which each import of jsonschema builds a grammar: 1.4 s of a core for every server
# and every job. The matrix is without it, and tries the newest.
QUICK = "jsonschema<4.25"
# Apart, because it pins what it needs to the digit and brings a package named tests. Its words are in tests/platform.
SDK = "primehub-python-sdk==0.4.2"
# Some of this is done side by side, but dpkg serves one at a time.
DPKG = threading.Lock()
PACKAGED = ["setup.py", "pyproject.toml", "MANIFEST.in", "LICENSE", "README.md", NAME, "static", "jupyter-config"]


class SetupFailed(Exception):
    """One sentence on what could not be set up and one on what to do."""


def say(text: str) -> None:
    print(f"[setup] {text}", flush=True)


def run(command: list, **options) -> None:
    """Run a command without a keyboard, show its output only when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=options.pop("cwd", REPO),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        raise SetupFailed(f"{' '.join(map(str, command))} ended with status {done.returncode}:\n{tail}")


def hash_of(*parts) -> str:
    """A fingerprint of strings and of files, folders included."""
    digest = hashlib.sha256()
    for part in parts:
        if not isinstance(part, Path):
            digest.update(str(part).encode() + b"\0")
            continue
        files = [part] if part.is_file() else sorted(path for path in part.rglob("*") if path.is_file())
        for path in files:
            if "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                digest.update(path.relative_to(REPO).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def stamped(stamp: Path, fingerprint: str) -> bool:
    return stamp.is_file() and stamp.read_text() == fingerprint


# -- system packages: only as root, only what is missing ------------------------------------------------------------


def apt_install(*packages: str) -> bool:
    """Debian packages, when we may install them; False when we may not or could not."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    with DPKG:
        return apt_get(*packages)


def apt_get(*packages: str) -> bool:
    say(f"installing Debian packages: {' '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        # One unreachable source among many is no reason not to try the others.
        with contextlib.suppress(SetupFailed):
            run(["apt-get", "update", "-q"], env=env)
        run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], env=env)
    except SetupFailed as error:
        say(f"that did not work: {error}")
        return False
    return True


def file_system_tools() -> None:
    """mkfs.btrfs, for the tests of quotas and shared blocks; without it they are passed over, and say so."""
    if not shutil.which("mkfs.btrfs"):
        apt_install("btrfs-progs")


# -- Python environments --------------------------------------------------------------------------------------------


def venv_python(letter: str) -> Path:
    return VENVS / letter / "bin" / "python"


def make_venv(letter: str) -> None:
    """A working virtual environment; one whose Python went away, or half made, is made again."""
    python = venv_python(letter)
    works = [str(python), "-c", "import pip, sys; print('.'.join(map(str, sys.version_info[:2])))"]
    if python.exists():
        done = subprocess.run(works, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip() == PYTHON_VERSION:
            return
        shutil.rmtree(VENVS / letter)
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        # Debian splits these off, under the version's own name.
        package = f"python{PYTHON_VERSION}-venv"
        if not apt_install(package):
            raise SetupFailed(
                f"This Python ({sys.executable}) cannot make virtual environments. Install {package} as root "
                f"(apt-get install {package}), then run make again."
            ) from None
    say(f"making the environment .venv/{letter}")
    run([sys.executable, "-m", "venv", VENVS / letter])


def constraints(letter: str) -> Path | None:
    """The versions that an environment named after a set of them has to have: of "3.9-oldest/a" oldest-a.txt."""
    _, dash, chosen = Path(letter).parent.name.partition("-")
    return REPO / "dev" / "constraints" / f"{chosen}-{Path(letter).name}.txt" if dash else None


def pip_install(letter: str, *wanted: str) -> None:
    """Install with the newest pip: that of Python 3.9 takes more than ten minutes to find out what notebook<7 needs."""
    pip = [venv_python(letter), "-m", "pip", "install", "--quiet"]
    run([*pip, "--upgrade", "pip"])
    chosen = constraints(letter)
    run([*pip, *(["--constraint", chosen] if chosen else []), *wanted])


def install_requirements(letter: str, extras: str) -> None:
    """Everything the package needs, unless setup.py, this Python and the wanted extras are those of the last time."""
    wanted = [text.format(more=f",{extras}" if extras else "") for text in REQUIREMENTS[Path(letter).name]]
    if letter in REQUIREMENTS:
        wanted.append(QUICK)
    chosen = constraints(letter)
    fingerprint = hash_of(sys.version, *wanted, REPO / "setup.py", *([chosen] if chosen else []))
    stamp = VENVS / letter / ".requirements"
    # A demo after a test run asks for less than there is: that is no reason to install anything.
    fuller, all_of_it = VENVS / letter / ".requirements-test", hash_of(sys.version, REPO / "setup.py", letter)
    if stamped(stamp, fingerprint) or (not extras and stamped(fuller, all_of_it)):
        return
    say(f"installing what .venv/{letter} needs (a minute or two, once)")
    pip_install(letter, "setuptools>=64", "wheel", *wanted)
    stamp.write_text(fingerprint)
    if extras:
        fuller.write_text(all_of_it)


def install_package(letter: str) -> None:
    """The package, built and installed the way users get it, whenever a source file changed.

    Not `pip install -e`: that drops the data files, so nothing would be enabled, and would test another thing.
    """
    fingerprint = hash_of(*(REPO / name for name in PACKAGED if (REPO / name).exists()))
    stamp = VENVS / letter / ".package"
    if stamped(stamp, fingerprint):
        return
    say(f"installing {NAME} into .venv/{letter}")
    remove_build_leftovers()
    # An uninstall first: a file that was renamed must not live on under its old name.
    run([venv_python(letter), "-m", "pip", "uninstall", "--yes", "--quiet", NAME])
    command = [venv_python(letter), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "."]
    run(command)
    remove_build_leftovers()
    stamp.write_text(fingerprint)


def remove_build_leftovers() -> None:
    """setuptools would pack stale files found in build/ into the next wheel."""
    for leftover in (REPO / "build", REPO / f"{NAME}.egg-info"):
        shutil.rmtree(leftover, ignore_errors=True)


def set_up_python(letter: str, extras: str) -> None:
    make_venv(letter)
    install_requirements(letter, extras)
    install_package(letter)


def set_up_sdk() -> None:
    """PrimeHub's SDK in .venv/sdk."""
    make_venv("sdk")
    fingerprint, stamp = hash_of(sys.version, SDK), VENVS / "sdk" / ".requirements"
    if not stamped(stamp, fingerprint):
        say(f"installing {SDK} into .venv/sdk")
        pip_install("sdk", SDK)
        stamp.write_text(fingerprint)


# -- Node -----------------------------------------------------------------------------------------------------------


def set_up_node() -> str | None:
    """ESLint, and JupyterHub's proxy, in node_modules/; returns why not, when it cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")) and not apt_install("nodejs", "npm"):
        return "Node.js and npm are not installed (apt-get install nodejs npm)"
    manifest, lock = REPO / "package.json", REPO / "package-lock.json"
    if not manifest.is_file():
        return "there is no package.json"
    stamp = REPO / "node_modules" / ".stamp"
    fingerprint = hash_of(manifest, *([lock] if lock.is_file() else []))
    if stamped(stamp, fingerprint):
        return None
    say("installing Node packages")
    try:
        # ci leaves the lock file alone and takes exactly what it lists.
        run(["npm", "ci" if lock.is_file() else "install", "--no-audit", "--no-fund"])
    except SetupFailed as error:
        return str(error)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(fingerprint)
    return None


def main(what: str, chosen: str = "") -> int:
    try:
        if what == "matrix":
            for kind in REQUIREMENTS:
                letter = f"{PYTHON_VERSION}-{chosen}/{kind}" if chosen else f"{PYTHON_VERSION}/{kind}"
                if not chosen or constraints(letter).is_file():
                    set_up_python(letter, "test")
            return 0
        if what == "hub":
            for kind in REQUIREMENTS:
                set_up_python(f"hub/{kind}", "test,hub")
            if problem := set_up_node():
                raise SetupFailed(problem)
            return 0
        set_up_python("a", "" if what == "demo" else "test,dev")
        if what == "test":
            with ThreadPoolExecutor() as pool:
                sdk = pool.submit(set_up_sdk)
                set_up_python("b", "test")
                sdk.result()
    except SetupFailed as error:
        print(f"[setup] {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    wanted, *chosen = sys.argv[1:] or [""]
    if wanted not in ("demo", "test", "bench", "hub", "matrix") or len(chosen) > (wanted == "matrix"):
        sys.exit("usage: python dev/bootstrap.py demo|test|bench|hub|matrix [SET]")
    sys.exit(main(wanted, *chosen))
