"""Watching jobs: what it costs PrimeHub, what tabs are told, and when nothing is asked any more."""

from __future__ import annotations

import nbformat
import pytest

from kit import misbehaving as told
from kit.listed_jobs import add_job, command_of
from kit.watching import WatchingServer
from primehub_nbext.errors import BadRequest
from primehub_nbext.jobs import watch as watching
from primehub_nbext.jobs.detail import get_job
from primehub_nbext.jobs.fresh import freshened
from primehub_nbext.jobs.listing import Listing
from primehub_nbext.jobs.query import JobQuery
from primehub_nbext.jobs.watch import MAX_JOBS, read_ids


@pytest.fixture
def server(context, primehub, tmp_path):
    return WatchingServer(context, primehub, tmp_path)


def make(primehub, context, number: int, phase: str = "Running") -> str:
    return add_job(primehub, number, command_of(context.volume.path), phase=phase)


def phases(answer: dict) -> dict[str, str]:
    return {each["id"][-2:]: each["phase"] for each in answer["jobs"]}


def test_many_tabs_and_jobs_cost_what_one_costs(server, primehub, context):
    ids = [make(primehub, context, number) for number in range(100)]
    assert server.live(20, 1, ids[0]) <= 5
    assert server.live(20, 50, *ids) <= 5


def test_what_waits_is_asked_for_seldom_and_what_is_over_never(server, primehub, context):
    job_id = make(primehub, context, 1, "Pending")
    assert server.live(60, 2, job_id) == 6
    primehub.end(job_id, "Succeeded")
    assert server.live(60, 2, job_id) == 1
    assert server.feed(job_id)["next_seconds"] == 30


def test_where_nobody_asks_nothing_is_asked(server, primehub, context):
    job_id = make(primehub, context, 1)
    assert server.live(10, 1) == 0, "no job is known"
    server.feed(job_id)
    server.now += watching.FORGET_SECONDS + 1
    assert server.live(60, 1) == 0, "no tab has named it for long"
    assert server.live(10, 1, job_id) > 0


def test_a_job_that_was_made_here_is_watched_without_being_named(server, primehub, context):
    job_id = make(primehub, context, 1)
    server.watch.add(get_job(context, job_id, server.root))
    server.watch.add({**get_job(context, job_id, server.root), "phase": "Pending"}, heard=False)
    assert phases(server.feed()) == {"01": "Running"}, "what was noted long ago is no news"
    server.now += 3600
    primehub.end(job_id, "Failed")
    assert phases(server.feed()) == {"01": "Failed"}


def test_each_tab_is_told_what_changed_since_it_last_asked(server, primehub, context):
    ids = [make(primehub, context, number) for number in (1, 2)]
    first = server.feed(*ids)
    assert (phases(first), first["problem"], first["gone"]) == ({"01": "Running", "02": "Running"}, None, [])
    assert first["jobs"][0]["notebook_path"] == "phusers/a/train.ipynb" and first["as_of"].endswith("Z")
    same = server.feed(*ids, since=first["now"])
    assert (same["jobs"], same["now"]) == ([], first["now"])
    primehub.end(ids[1], "Succeeded")
    server.now += 4
    for _ in ("one tab", "another"):
        assert phases(server.feed(*ids, since=first["now"])) == {"02": "Succeeded"}
    for cursor in ("", "0-1", "x", "dead-9", f"{first['now']}999999999999999999", first["now"].replace("-", "-x")):
        assert len(server.feed(*ids, since=cursor)["jobs"]) == 2, cursor


def test_progress_is_a_change_and_costs_primehub_nothing(server, primehub, context, tmp_path):
    job_id = make(primehub, context, 1)
    since = server.feed(job_id)["now"]
    output = tmp_path / "phusers" / "a" / f"train-{job_id}-output.ipynb"
    output.parent.mkdir(exist_ok=True)
    requests = len(primehub.requests)
    for done in range(3):
        notes = [{"status": "completed", "start_time": "2026-11-24T08:52:13"}] * done + [{"status": "pending"}] * 3
        cells = [nbformat.v4.new_code_cell("x", metadata={"papermill": note}) for note in notes[:3]]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), str(output))
        server.now += 1.1
        answer = server.feed(job_id, since=since)
        assert [each["progress"]["done"] for each in answer["jobs"]] == [done]
        since = answer["now"]
        server.now += 0.1
        assert server.feed(job_id, since=since)["jobs"] == []
    assert len(primehub.requests) == requests


def test_what_is_seen_on_the_volume_brings_the_next_question_forward(server, primehub, context, tmp_path):
    """A job that PrimeHub said waits has begun to write its output: it is asked for after 4 s, and not after 10 s."""
    job_id = make(primehub, context, 1, "Pending")
    since = server.feed(job_id)["now"]
    output = tmp_path / "phusers" / "a" / f"train-{job_id}-output.ipynb"
    output.parent.mkdir(exist_ok=True)
    cells = [nbformat.v4.new_code_cell("x", metadata={"papermill": {"status": "running"}})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), str(output))
    primehub.end(job_id, "Succeeded")
    server.now += 1.1
    assert phases(server.feed(job_id, since=since)) == {"01": "Pending"}
    server.now += 3
    assert phases(server.feed(job_id, since=since)) == {"01": "Succeeded"}


def test_the_end_of_a_job_is_told_with_how_far_it_came(server, primehub, context, tmp_path):
    """However short before its progress was read: a tab asks no more about a job that is over."""
    job_id = make(primehub, context, 1)
    output = tmp_path / "phusers" / "a" / f"train-{job_id}-output.ipynb"
    output.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell("x", metadata={"papermill": {"status": "pending"}})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), str(output))
    server.feed(job_id)
    server.now += 3.9
    [before] = server.feed(job_id)["jobs"]
    primehub.end(job_id, "Failed")
    server.now += 0.2
    [job] = server.feed(job_id)["jobs"]
    states = [(each["phase"], each["progress"]["cells"][0]["state"]) for each in (before, job)]
    assert states == [("Running", "pending"), ("Failed", "skipped")]


def test_jobs_that_are_gone_do_not_hide_the_others(server, primehub, context):
    """One of them makes the whole answer null, and no error says which."""
    ids = [make(primehub, context, number) for number in range(10)]
    gone = ["job-none", ids[3], "job-none-2"]
    del primehub.store.jobs[ids[3]]
    answer = server.feed(*ids, *gone)
    assert set(answer["gone"]) == set(gone) and answer["problem"] is None
    assert len(phases(answer)) == 9
    server.now += 120
    assert server.live(20, 1, *ids, *gone) <= 5, "what is gone is not asked for again"


def test_while_primehub_does_not_answer_it_is_asked_ever_more_seldom(server, primehub, context):
    job_id = make(primehub, context, 1)
    known = server.feed(job_id)
    primehub.on("WatchedJobs", told.page(503))
    server.now += 10
    assert server.live(600, 3, job_id) <= 13
    answer = server.feed(job_id, since=known["now"])
    assert (answer["problem"]["code"], answer["as_of"], answer["jobs"]) == ("primehub_unavailable", known["as_of"], [])
    primehub.behave()
    server.now += 2 * watching.LONGEST_BACK_OFF
    assert server.feed(job_id)["problem"] is None
    server.now += 10
    assert server.live(60, 3, job_id) == 15


def test_what_one_token_saw_is_not_shown_to_another(server, primehub, context, monkeypatch):
    job_id = make(primehub, context, 1)
    known = server.feed(job_id)
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "another")
    assert server.watch.views() == {}
    assert server.feed(since=known["now"])["jobs"] == []
    monkeypatch.delenv("PRIMEHUB_API_TOKEN")
    server.feed()
    answer = server.feed(job_id)
    assert (answer["jobs"], answer["problem"]["code"]) == ([], "token_required")


def test_a_stale_list_is_set_right_by_what_is_known_by_id(server, primehub, context):
    """A job that has ended runs in the list for ever, and one just made is missing from it."""
    running, new = (make(primehub, context, number) for number in (1, 2))
    bobs = add_job(primehub, 3, command_of(context.volume.path, "other.ipynb"), user="bob")
    server.feed(running, new, bobs)
    listed = Listing(context).page(JobQuery(), server.root)
    listed["jobs"] = [job for job in listed["jobs"] if job["id"] == running]
    primehub.end(running, "Failed")
    server.now += 4
    server.feed(running, new, bobs)

    def fresh(**query) -> list[tuple[str, str]]:
        page = freshened(listed, JobQuery.of(query), server.watch.views(), "alice")
        return [(job["id"], job["phase"]) for job in page["jobs"]]

    assert fresh() == [(bobs, "Succeeded"), (new, "Running"), (running, "Failed")]
    assert fresh(mine="1") == fresh(notebook="phusers/a/train.ipynb") == fresh()[1:]
    assert fresh(phase="Running") == [(new, "Running")]
    assert fresh(search="RUN 3") == [(bobs, "Succeeded"), (running, "Failed")], "what was listed stays"
    assert fresh(before=f"{bobs}~2026-11-01T00:03:00Z") == [(running, "Failed")]
    server.now += 60
    assert fresh()[-1] == (running, "Failed") and len(fresh()) == 2, "Running may be old news by now; an end is none"
    assert listed["jobs"][0]["phase"] == "Running", "the answer that is kept is not changed"


def test_two_tabs_at_once_look_once(server, primehub, context):
    server.watch.name([make(primehub, context, 1)])
    assert (server.watch.begin(), server.watch.begin()) == (True, False)


@pytest.mark.parametrize("text", ["a b", "../x", ",".join(f"job-{n}" for n in range(MAX_JOBS + 1))])
def test_names_that_are_no_ids_are_refused(text):
    with pytest.raises(BadRequest):
        read_ids(text)


def test_there_is_an_end_to_what_is_watched(server, primehub, context):
    ids = [make(primehub, context, number, "Succeeded") for number in range(MAX_JOBS + 5)]
    server.feed(*ids[:MAX_JOBS])
    server.now += 10
    answer = server.feed(*ids[MAX_JOBS:])
    assert len(answer["jobs"]) == MAX_JOBS and set(ids[MAX_JOBS:]) <= {each["id"] for each in answer["jobs"]}
