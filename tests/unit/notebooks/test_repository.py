"""What is said of the git repository that a notebook's folder is in; and that nothing of its configuration is run."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from kit.processes import clean_env
from primehub_nbext.notebooks.repository import state_of
from primehub_nbext.notebooks.volume import GroupVolume

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def volume(tmp_path):
    (tmp_path / "phusers").mkdir()
    return GroupVolume("phusers", str(tmp_path / "phusers"))


@pytest.fixture
def git(tmp_path):
    def run(*words: str) -> str:
        named = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
        folder = tmp_path / "phusers" / "work"
        folder.mkdir(exist_ok=True)
        return subprocess.run(
            ["git", *named, *words], cwd=folder, env=clean_env(tmp_path), check=True, capture_output=True, text=True
        ).stdout.strip()

    return run


@pytest.fixture
def work(volume, git, tmp_path):
    """A repository with two folders."""
    folder = tmp_path / "phusers" / "work"
    git("init")
    for name in ("a/train.py", "b/other.py"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("print(1)\n")
    git("add", ".")
    git("commit", "-m", "first")
    return folder


def test_a_commit_and_what_differs_from_it(volume, git, work):
    commit = git("rev-parse", "HEAD")
    assert state_of(volume, "work/a") == {"commit": commit, "branch": "main", "dirty": False}
    (work / "b" / "other.py").write_text("print(2)\n")
    assert state_of(volume, "work/a")["dirty"] is False, "in another folder"
    assert state_of(volume, "work")["dirty"] is True
    (work / "a" / "new.txt").write_text("not tracked")
    assert state_of(volume, "work/a")["dirty"] is False
    (work / "a" / "train.py").write_text("print(3)\n")
    git("add", "a")
    assert state_of(volume, "work/a")["dirty"] is True, "though it is in the index"
    git("commit", "-m", "second")
    git("pack-refs", "--all")
    git("gc", "--quiet")
    assert state_of(volume, "work/a") == {"commit": git("rev-parse", "HEAD"), "branch": "main", "dirty": False}
    git("checkout", "--detach")
    assert state_of(volume, "work/a")["branch"] is None


def test_folders_that_are_in_no_repository(volume, git, work, tmp_path):
    (tmp_path / "phusers" / "plain").mkdir()
    assert state_of(volume, "plain") == state_of(volume, "") == state_of(volume, "not/there") == {}
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, env=clean_env(tmp_path))
    assert state_of(volume, "plain") == {}, "a repository around the volume is not the group's"
    (tmp_path / "phusers" / "plain" / ".git").symlink_to(work / ".git")
    assert state_of(volume, "plain") == {}
    (work / ".git" / "HEAD").write_text("ref: refs/heads/../../../../secret")
    assert state_of(volume, "work") == {}


def test_nothing_that_a_colleague_configured_is_run(volume, git, work, tmp_path):
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho >>'{ran}'\ncat\n")
    program.chmod(0o755)
    git("config", "core.fsmonitor", str(program))
    git("config", "core.hooksPath", str(tmp_path))
    git("config", "filter.spy.clean", str(program))
    (work / ".gitattributes").write_text("* filter=spy\n")
    (work / "a" / "train.py").write_text("print(9)\n")
    git("status", "--porcelain")
    assert ran.exists(), "git itself does run it"
    ran.unlink()
    assert state_of(volume, "work/a")["dirty"] is True
    assert not ran.exists()


def test_without_git_the_commit_is_known(volume, git, work, monkeypatch):
    commit = git("rev-parse", "HEAD")
    monkeypatch.setenv("PATH", "/nowhere")
    assert state_of(volume, "work/a") == {"commit": commit, "branch": "main", "dirty": None}


def test_a_program_in_the_current_folder_is_not_git(volume, git, work, tmp_path, monkeypatch):
    commit, ran = git("rev-parse", "HEAD"), tmp_path / "ran"
    program = work / "git"
    program.write_text(f"#!/bin/sh\necho >'{ran}'\n")
    program.chmod(0o755)
    monkeypatch.chdir(work)
    monkeypatch.setenv("PATH", ".")
    assert state_of(volume, "work/a") == {"commit": commit, "branch": "main", "dirty": None}
    assert not ran.exists()


def test_a_branch_with_a_name_without_end_is_none(volume, git, work):
    commit, name = git("rev-parse", "HEAD"), "refs/heads/" + "x" * 1_000_000
    (work / ".git" / "HEAD").write_text(f"ref: {name}\n")
    (work / ".git" / "packed-refs").write_text(f"{commit} {name}\n")
    assert state_of(volume, "work") == {}, "what is noted has to fit into the submission's record"
