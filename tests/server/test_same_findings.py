"""What the dialog is told of a notebook and its form, `jupyter primehub check` says as well: one code, one answer."""

from __future__ import annotations

import json

import pytest

from kit import misbehaving as told
from kit.listed_jobs import add_job
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.processes import clean_env, wait_for
from kit.servers import main_hosts, start_server
from kit.terminals import in_pipe
from primehub_nbext.jobs.command import NotebookJob

GB = 2**30
FORM = {"instance_type": "cpu-1", "image": "base-notebook"}
OPTIONS = {"instance_type": "--instance-type", "image": "--image", "display_name": "--name"}
OPTIONS |= {"timeout_seconds": "--time-limit"}


class Desk:
    """Somebody's notebook server, and a terminal in it; each notebook is one of `a/` on the volume."""

    def __init__(self, host, primehub, home):
        self.primehub, self.home = primehub, home
        self.env = {
            **primehub.notebook_env(home),
            "PRIMEHUB_API_TOKEN": primehub.token,
            "IMAGE_NAME": "base-notebook",
            "INSTANCE_TYPE": "cpu-1",
        }
        self.server = start_server(host, home, env=self.env, args=("--PrimeHub.resources_max_age=0",))

    def notebook(self, name, *sources, **more):
        return write_notebook(self.home / "phusers" / "a" / f"{name}.ipynb", *sources, **more)

    def job(self, name, number, **more):
        """A job that runs this notebook."""
        job = NotebookJob(str(self.home / "phusers"), "a", f"{name}.ipynb", f"submission-{number}", "python3")
        return add_job(self.primehub, number, job.to_command(), **more)

    def in_dialog(self, name, looked_at=(), **form):
        """As the dialog asks, with jobs whose details and resources somebody has looked at before."""
        path = f"phusers/a/{name}.ipynb"
        assert self.server.api("GET", "resources").status_code == 200
        assert self.server.api("GET", f"jobs?notebook={path}").status_code == 200
        wait_for("the feed to tell of them", lambda: self._fed(*looked_at) >= set(looked_at))
        for job_id in looked_at:
            assert self.server.api("GET", f"jobs/{job_id}/monitoring").status_code == 200
        answer = self.server.api("POST", f"notebooks/{path}/check", json={**FORM, **form})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _fed(self, *ids):
        return {job["id"] for job in self.server.api("GET", f"feed?jobs={','.join(ids)}").json()["jobs"]}

    def in_terminal(self, name, **form):
        words = [word for key, option in OPTIONS.items() if key in form for word in (option, form[key])]
        words += [word for each in filter(None, form.get("parameters", "").split("; ")) for word in ("-p", each)]
        ended = in_pipe({**clean_env(self.home), **self.env}, "check", f"a/{name}.ipynb", "--json", *words,
                        cwd=self.home / "phusers")  # fmt: skip
        return json.loads(ended.stdout)


@pytest.fixture(scope="module", params=main_hosts())
def host(request):
    return request.param


@pytest.fixture(scope="module")
def desk(host, tmp_path_factory):
    with MisbehavingPrimeHub() as primehub:
        desk = Desk(host, primehub, tmp_path_factory.mktemp(f"desk-{host}"))
        yield desk
        assert desk.server.stop() == [], "the notebook server left processes behind"


def same(desk, name, looked_at=(), **form) -> set[str]:
    """The codes of the findings, and of the faults, which both tell alike."""
    dialog, terminal = desk.in_dialog(name, looked_at, **form), desk.in_terminal(name, **form)
    assert terminal == dialog
    return {each["code"] for each in (*dialog["findings"], *dialog["faults"])}


def test_what_is_in_the_notebook_and_in_the_form(desk):
    sources = (
        "lr = 0.1\nepochs: int = 3",
        "import os, surely_not_here\nopen('/home/jovyan/x.csv')\nprint(undefined_x)",
    )
    desk.notebook("plain", *sources, tagged="parameters")
    found = same(desk, "plain", parameters="lr=0.5; epoch=4; api_token=hunter2", display_name="train again")
    assert found >= {"module_missing", "unknown_parameter", "secret_parameter", "undefined_name"}
    about_parameters = {"unknown_parameter", "secret_parameter"}
    dialog, terminal = (ask("plain", parameters="lr=[1") for ask in (desk.in_dialog, desk.in_terminal))
    assert {**terminal, "faults": []} == {**dialog, "faults": []}
    assert [each["code"] for each in terminal["faults"]] == [each["code"] for each in dialog["faults"]]
    assert {each["code"] for each in terminal["findings"]} == found - about_parameters
    assert same(desk, "plain", image="tf-notebook") < found
    desk.notebook("odd", "print(", kernel=None)
    assert "no_kernel" in same(desk, "odd")


def test_the_memory_that_the_last_run_used(desk):
    desk.notebook("memory", "print(1)")
    older, last = desk.job("memory", 10), desk.job("memory", 11, phase="Failed")
    record = {"timestamp": 1, "cpu_util": 50, "mem_used": 1.85 * GB, "GPU": []}
    measured = {"spec": {}, "datasets": {"lifetime": [record], "15m": [], "1h": [], "3h": []}}
    desk.primehub.on("Monitoring", told.answering({"data": {"phJob": {"phase": "Failed", "monitoring": measured}}}))
    assert "memory_close" not in {each["code"] for each in desk.in_dialog("memory")["findings"]}, "nobody looked at it"
    assert same(desk, "memory", looked_at=(older, last)) == {"memory_close"}
    assert same(desk, "memory", looked_at=(last,), instance_type="cpu-2") == set()
    desk.primehub.behave()


def test_quotas_too_small_and_full(desk):
    desk.notebook("quota", "print(1)")
    assert same(desk, "quota", instance_type="gpu-4") == {"gpu_unused", "over_user_quota"}
    others = [desk.job("other", number, user="bob", phase="Running") for number in range(20, 24)]
    for job_id in others:
        changes = {"spec": {"instanceType": "cpu-2"}, "status": {"podName": job_id}}
        desk.primehub.store.cluster.objects.merge("phjobs", job_id, changes)
    assert same(desk, "quota") == {"quota_in_use"}
    for job_id in others:
        desk.primehub.end(job_id, "Succeeded")
    assert same(desk, "quota") == set()


def test_a_job_that_runs_now_and_the_last_one_s_time(desk):
    desk.notebook("runs", "print(1)")
    running = desk.job("runs", 31, phase="Running")
    assert same(desk, "runs", looked_at=(running,)) == {"running_now"}
    desk.notebook("stopped", "print(1)")
    changes = {"status": {"reason": "OverActivateDeadline"}, "spec": {"activeDeadlineSeconds": 60}}
    desk.primehub.store.cluster.objects.merge("phjobs", desk.job("stopped", 33, phase="Failed"), changes)
    assert same(desk, "stopped", timeout_seconds=30) == {"time_limit_reached_before"}
    assert same(desk, "stopped", timeout_seconds=0) == set()


def test_without_primehub_neither_says_anything_of_it(desk):
    desk.notebook("alone", "import surely_not_here")
    desk.primehub.on("", told.refusing("Request not authorized", "REQUEST_NOT_AUTHORIZED"))
    terminal = desk.in_terminal("alone", instance_type="gpu-4")
    desk.primehub.behave()
    assert [each["code"] for each in terminal["findings"]] == ["module_missing"]
