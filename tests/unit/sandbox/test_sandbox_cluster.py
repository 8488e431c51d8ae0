"""What stands behind the sandbox's API: a job list that can be stale, faults, and a store that keeps to itself."""

from __future__ import annotations

import pytest

from primehub_nbext.sandbox.cluster.bucket import Bucket
from primehub_nbext.sandbox.cluster.faults import CUT, ConnectionCut, Fault, Faults, HttpFailure
from primehub_nbext.sandbox.cluster.job_list import COMPARE_SECONDS, JobList
from primehub_nbext.sandbox.cluster.objects import Objects


class Listed:
    """A job list over objects, and a clock that somebody turns."""

    def __init__(self):
        self.now, self.objects = 0.0, Objects()
        self.make("old")
        self.list = JobList(self.objects, lambda: self.now)

    def make(self, name):
        self.objects.create("phjobs", name, {"command": "true"})

    def names(self):
        return [job["metadata"]["name"] for job in self.list.all()]

    def phase(self, name):
        (job,) = (job for job in self.list.all() if job["metadata"]["name"] == name)
        return job.get("status", {}).get("phase")


@pytest.fixture
def listed():
    return Listed()


def test_a_working_watch_tells_at_once(listed):
    listed.make("new")
    listed.objects.merge("phjobs", "old", {"status": {"phase": "Running"}})
    assert (listed.names(), listed.phase("old")) == (["old", "new"], "Running")
    listed.objects.remove("phjobs", "old")
    assert listed.names() == ["new"]


def test_a_broken_watch_is_found_out_by_the_number_of_jobs_only(listed):
    listed.list.break_watch()
    listed.objects.merge("phjobs", "old", {"status": {"phase": "Running"}})
    listed.now = 10 * COMPARE_SECONDS - 1
    assert listed.phase("old") is None
    listed.make("new")
    assert listed.names() == ["old"]
    listed.now += 1
    assert (listed.names(), listed.phase("old")) == (["new", "old"], "Running")
    listed.make("newer")
    assert listed.names() == ["new", "old", "newer"]


def test_a_job_that_takes_the_place_of_another_is_never_found(listed):
    listed.list.break_watch()
    listed.objects.remove("phjobs", "old")
    listed.make("new")
    listed.now = 100 * COMPARE_SECONDS
    assert listed.names() == ["old"]


def test_while_the_list_is_read_anew_it_is_empty(listed):
    listed.list.reading_seconds = 4.0
    listed.list.break_watch()
    listed.make("new")
    listed.now = COMPARE_SECONDS
    assert listed.names() == []
    listed.now += 3.9
    assert listed.names() == []
    listed.now += 0.1
    assert listed.names() == ["new", "old"]


def test_a_list_that_is_always_stale_is_behind_by_that_much_again_and_again(listed):
    listed.list.stale(60)
    for number, name in enumerate(("a", "b"), 1):
        listed.make(name)
        listed.now = 60 * number - 1
        assert name not in listed.names()
        listed.now += 1
        assert name in listed.names()
    listed.list.stale(None)
    listed.make("c")
    assert "c" in listed.names()


def test_a_restart_empties_the_list_for_so_long(listed):
    listed.list.restart(2)
    listed.make("new")
    assert listed.names() == []
    listed.now += 2
    assert listed.names() == ["new", "old"]


def test_a_fault_befalls_as_many_requests_as_it_says():
    slept = []
    faults = Faults(slept.append)
    faults.add(Fault("kubernetes", "create", 503, times=2))
    faults.befall("keycloak", "create")
    faults.befall("kubernetes", "get phjobs/a")
    for _ in range(2):
        with pytest.raises(HttpFailure, match="503"):
            faults.befall("kubernetes", "create phjobs")
    faults.befall("kubernetes", "create phjobs")
    faults.add(Fault("kubernetes", "", CUT, times=None))
    faults.slow("kubernetes", 1.5)
    for _ in range(3):
        with pytest.raises(ConnectionCut):
            faults.befall("kubernetes", "list pods")
    assert slept == [1.5] * 3
    faults.clear()
    faults.befall("kubernetes", "list pods")
    assert slept == [1.5] * 3


@pytest.mark.parametrize("key", ["../tokens.json", "groups/../../tokens.json", "groups//a", "groups/./a", "a\0b", ""])
def test_no_key_leads_out_of_the_store(tmp_path, key):
    (tmp_path / "tokens.json").write_text("secret")
    (tmp_path / "phfs" / "groups").mkdir(parents=True)
    assert Bucket(tmp_path / "phfs").path(key) is None


def test_links_lead_to_nothing(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "file").write_text("secret")
    store = tmp_path / "phfs" / "groups" / "a"
    store.mkdir(parents=True)
    (store / "kept").write_text("kept")
    (store / "link").symlink_to(secret / "file")
    (store / "folder").symlink_to(secret)
    bucket = Bucket(tmp_path / "phfs")
    assert [stored.key for stored in bucket.list("groups/a/")] == ["groups/a/kept"]
    assert bucket.list("groups/a/folder/") == []
    assert bucket.file("groups/a/link") is None
    assert bucket.file("groups/a/folder/file") is None
