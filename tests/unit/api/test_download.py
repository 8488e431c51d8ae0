"""Downloads: a file is there whole or not at all, and where it belongs."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest

from primehub_nbext import api
from primehub_nbext.api import job_artifacts
from primehub_nbext.jobs.artifacts import Artifact

CONTENT = 1000  # bytes, that the PrimeHub of these tests answers to any GET; as JSON some more


@pytest.fixture
def found(primehub, monkeypatch):
    """Artifacts of these names and sizes, wherever they would be listed."""

    def listed(**sizes: int):
        root = primehub.endpoint.rpartition("/")[0]
        told = [
            (Artifact(name, size, None), f"{root}/files/{number}") for number, (name, size) in enumerate(sizes.items())
        ]
        monkeypatch.setattr(job_artifacts, "locate_artifacts", lambda context, job_id: told)

    return listed


def test_files_arrive_in_their_folders(session, found, tmp_path):
    found(**{"a.bin": CONTENT, "deep/er/b.bin": 10})
    came = []
    got = api.download("job-1", tmp_path / "new", on_bytes=lambda *told: came.append(told), session=session)
    assert got == [str(tmp_path / "new" / "a.bin"), str(tmp_path / "new" / "deep" / "er" / "b.bin")]
    assert sum(count for name, count, _ in came if name == "a.bin") >= CONTENT
    assert (tmp_path / "new" / "deep" / "er" / "b.bin").stat().st_size == 10
    assert {path.name for path in (tmp_path / "new").rglob("*")} == {"a.bin", "deep", "er", "b.bin"}


def test_a_file_that_is_too_short_is_none(session, found, tmp_path):
    found(**{"a.bin": CONTENT * 10})
    with pytest.raises(api.PrimeHubError) as caught:
        api.download("job-1", tmp_path / "new", session=session)
    assert caught.value.code == "primehub_bad_answer"
    assert list((tmp_path / "new").iterdir()) == []


def test_what_is_there_stays(session, found, tmp_path):
    (tmp_path / "a").write_text("mine")
    found(a=1, b=1)
    with pytest.raises(api.PrimeHubError) as caught:
        api.download("job-1", tmp_path, session=session)
    assert caught.value.code == "file_exists"
    assert not (tmp_path / "b").exists(), "nothing is fetched before that is known of all"
    api.download("job-1", tmp_path, overwrite=True, session=session)
    assert (tmp_path / "a").stat().st_size == 1


@pytest.mark.parametrize("name", ["file/a", "nul\0l", "x" * 300])
def test_what_no_folder_can_hold_is_told(session, found, tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    found(**{name: 1})
    with pytest.raises(api.PrimeHubError) as caught:
        api.download("job-1", tmp_path, session=session)
    assert caught.value.code == "file_not_kept"


def test_a_link_that_somebody_left_in_the_folder_is_not_followed(session, found, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "in").symlink_to(tmp_path / "home")
    found(**{"in/authorized_keys": 10})
    with pytest.raises(api.PrimeHubError) as caught:
        api.download("job-1", tmp_path / "shared", session=session)
    assert caught.value.code == "file_not_kept"
    assert list((tmp_path / "home").iterdir()) == []


def test_a_name_as_long_as_one_can_be(session, found, tmp_path):
    found(**{"é" * 127: 1})
    assert api.download("job-1", tmp_path, session=session) == [str(tmp_path / ("é" * 127))]


def test_what_was_interrupted_leaves_nothing_behind(session):
    """After Ctrl-C the process ends: what is still to be removed is removed before that, however slow the disk."""
    removed = []

    async def written():
        try:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            time.sleep(0.2)  # the disk
            removed.append("half a file")

    with pytest.raises(KeyboardInterrupt):
        session.awaited(written())
    assert removed == ["half a file"]


def test_the_home_folder_by_its_short_name(session, found, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    found(a=1)
    assert api.download("job-1", "~/results", session=session) == [str(tmp_path / "results" / "a")]
