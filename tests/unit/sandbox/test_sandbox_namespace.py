"""A file system of their own for the sandbox's processes: what is where, and that this computer sees none of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("cronsim")

from kit.benches import Bench, find  # noqa: E402
from primehub_nbext.sandbox.runner.container import ABSOLUTE_HOME, mounts_of  # noqa: E402
from primehub_nbext.sandbox.runner.namespace import HOME  # noqa: E402
from primehub_nbext.sandbox.runner.pods import Folders, Pod  # noqa: E402


@pytest.fixture
def private(tmp_path):
    made = Bench(tmp_path, find(tmp_path))
    yield made
    made.controller.stop()


@pytest.mark.skipif(os.path.exists(HOME), reason=f"this computer has a {HOME} of its own")
def test_an_absolute_path_is_the_jobs_own_and_nothing_appears_on_this_computer(private):
    before = {folder: sorted(os.listdir(folder)) for folder in ("/", "/home")}
    name = private.submit(
        f"mkdir -p {HOME}/artifacts/; echo 1 > {HOME}/artifacts/a; echo 2 > /project/phusers/b; echo 3 > /phfs/c;"
        " echo 4 > /home/d; echo 5 > /e; mkdir /f; grep -c . /proc/1/cmdline"
    )
    assert private.finished(name)["phase"] == "Succeeded", private.log(name)
    assert (private.left(name) / "a").read_text() == "1\n"
    assert (private.folder / "project" / "phusers" / "b").read_text() == "2\n"
    assert (private.folder / "phfs" / "groups" / "phusers" / "c").read_text() == "3\n"
    assert {folder: sorted(os.listdir(folder)) for folder in before} == before
    mounts = Path("/proc/self/mountinfo").read_text()
    assert str(private.folder) not in mounts


def test_the_state_folder_is_seen_by_its_own_name_too(private):
    shown = private.folder / "project" / "phusers" / "seen"
    name = private.submit(f"echo hello > '{shown}'; cat /project/phusers/seen")
    private.finished(name)
    assert shown.read_text() == "hello\n"


def test_what_is_hidden_and_needed_stays(tmp_path):
    """The state folder, and the Python that jobs run, may be below what jobs have something else at."""
    (tmp_path / "state").mkdir()
    namespace = find(tmp_path / "state")
    (tmp_path / "other").mkdir()
    (tmp_path / "state" / "here").write_text("still\n")
    command = namespace.command([(tmp_path / "other", str(tmp_path))], "/", ["cat", str(tmp_path / "state" / "here")])
    assert subprocess.check_output(command, text=True) == "still\n"


def test_what_is_not_mounted_is_empty_and_not_this_computers(tmp_path):
    pod = Pod("job-1", "phusers", "alice", "image", "true")
    assert {HOME, "/project", "/phfs"} <= {target for _, target in mounts_of(pod, Folders(tmp_path))}
    # As it would be with a folder of this computer: what it has beside the mount point is hidden.
    for name in ("host/other", "host/volume", "empty", "volume/file", "state"):
        (tmp_path / name).mkdir(parents=True)
    host, namespace = str(tmp_path / "host"), find(tmp_path / "state")
    mounts = [(tmp_path / "empty", host), (tmp_path / "volume", f"{host}/volume")]
    seen = subprocess.check_output(namespace.command(mounts, host, ["find", "."]), text=True).split()
    assert sorted(seen) == [".", "./volume", "./volume/file"]


def test_without_a_namespace_a_job_that_names_the_home_is_refused(tmp_path):
    bench = Bench(tmp_path, None)
    try:
        name = bench.submit(f"mkdir -p {HOME}/artifacts")
        status = bench.finished(name)
        assert (status["phase"], status["reason"]) == ("Failed", "PodCreationFailed")
        assert status["message"] == f"{HOME} is not the sandbox's on this system, so a job that names it is not run"
        fine = bench.submit(f"cd '{tmp_path}{HOME}' 2> /dev/null; echo done")
        assert bench.finished(fine)["phase"] == "Succeeded"
    finally:
        bench.controller.stop()


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("ls /home/jovyan", True),
        ("ls '/home/jovyan/x'", True),
        ("A=/home/jovyan", True),
        ("ls /home/jovyan2", False),
        ("cd /tmp/state/home/jovyan/phusers", False),
        ("ls ~/home/jovyan", False),
    ],
)
def test_what_names_the_home(command, names):
    assert bool(ABSOLUTE_HOME.search(command)) is names


def test_somebody_who_is_not_root_has_it_too():
    """User namespaces: the same, without being root."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can be somebody else")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        code = """if True:
            import subprocess, sys
            from pathlib import Path
            from primehub_nbext.sandbox.runner.namespace import HOME, Namespace
            state = Path(sys.argv[1])
            (state / "home").mkdir()
            found = Namespace.find(state)
            print(found and subprocess.call(found.command([(state / "home", HOME)], HOME, ["touch", "x"])))
        """
        # The environment and the Python that it was made with, which may be in somebody's home.
        found = [Path(sys.prefix), Path(sys.base_prefix)]
        if any(not os.stat(each).st_mode & 1 for path in found for each in [path, *path.parents]):
            pytest.skip("this Python cannot be read by others")
        drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        said = subprocess.check_output([*drop, sys.executable, "-c", code, folder], text=True, cwd="/").strip()
        if said == "None":
            pytest.skip("this system allows no user namespaces")
        assert said == "0"
        assert (Path(folder) / "home" / "x").stat().st_uid == 65534
    assert not os.path.exists("/home/jovyan/x")
