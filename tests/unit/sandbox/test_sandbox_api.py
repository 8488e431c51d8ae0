"""The sandbox as it comes: its catalogue, its switches and its state, over GraphQL without sockets.

What PrimeHub's API answers to whom is tested in tests/platform.
"""

from __future__ import annotations

import pytest

pytest.importorskip("graphql")

from kit.backstage import Backstage  # noqa: E402
from primehub_nbext.sandbox import control  # noqa: E402
from primehub_nbext.sandbox.cluster.cluster import Cluster  # noqa: E402
from primehub_nbext.sandbox.errors import SandboxError  # noqa: E402

CREATE = "mutation ($data: PhJobCreateInput!) { createPhJob(data: $data) { id phase } }"


@pytest.fixture
def backstage():
    return Backstage()


def job_input(backstage, **changes):
    data = {"displayName": "x", "groupId": backstage.group_named("phusers")["id"], "instanceType": "cpu-1"}
    return {**data, "image": "base-notebook", "command": "echo", **changes}


def ask(backstage, document, variables=None, user="alice"):
    return backstage.execute(document, variables, f"Bearer {backstage.token_of(user)}")


def data(answer):
    status, body = answer
    assert (status, body.get("errors")) == (200, None)
    return body["data"]


def refused(answer):
    status, body = answer
    assert status == 200
    return body["errors"][0]["extensions"]["code"], body["errors"][0]["message"]


def test_what_is_for_everybody_and_what_is_a_groups_own(backstage):
    document = "{ me { effectiveGroups { name instanceTypes { name global } images { name isReady } } } }"
    by_name = {each["name"]: each for each in data(ask(backstage, document, user="bob"))["me"]["effectiveGroups"]}
    assert set(by_name) == {"phusers", "research_team_a"}
    everybodys = ["cpu-1", "cpu-2", "gpu-1", "gpu-4"]
    assert [each["name"] for each in by_name["phusers"]["instanceTypes"]] == everybodys
    assert [each["name"] for each in by_name["research_team_a"]["instanceTypes"]] == ["research-cpu", *everybodys]
    ready = {each["name"]: each["isReady"] for each in by_name["phusers"]["images"]}
    assert ready == {
        "base-notebook": True,
        "pytorch-notebook": True,
        "tf-notebook": True,
        "nightly-notebook": False,
    }


def test_a_group_of_the_catalogue_has_quotas_a_volume_and_a_time_limit(backstage):
    document = """{ me { groups { name quotaCpu quotaGpu quotaMemory projectQuotaCpu projectQuotaGpu projectQuotaMemory
      enabledSharedVolume sharedVolumeCapacity homeSymlink launchGroupOnly jobDefaultActiveDeadlineSeconds } } }"""
    groups = {each.pop("name"): each for each in data(ask(backstage, document))["me"]["groups"]}
    assert set(groups) == {"everyone", "phusers", "no-volume"}
    assert list(groups["phusers"].values()) == [4, 1, 16, 8, 2, 32, True, 10, True, True, 86400]
    assert groups["no-volume"]["enabledSharedVolume"] is False


def test_jobs_of_other_groups_are_not_shown(backstage):
    research = backstage.group_named("research_team_a")["id"]
    job = backstage.create_job(backstage.user("bob"), job_input(backstage, groupId=research))
    assert data(ask(backstage, "{ phJobs { id } }")) == {"phJobs": []}
    assert refused(ask(backstage, f'{{ phJob(where: {{id: "{job["id"]}"}}) {{ id }} }}')) == (
        "NOT_AUTH",
        "user not auth",
    )


def test_switches_are_turned_and_turned_back(backstage):
    cluster, variables = backstage.cluster, {"data": job_input(backstage)}
    control.turn(cluster, {"licence": "expired"})
    assert refused(ask(backstage, CREATE, variables)) == ("LICENSE_ERROR", "License expired")
    control.turn(cluster, {"licence": "unexpired", "stale": 3600})
    job_id = data(ask(backstage, CREATE, variables))["createPhJob"]["id"]
    assert data(ask(backstage, "{ phJobs { id } }")) == {"phJobs": []}
    one = f'{{ phJob(where: {{id: "{job_id}"}}) {{ id }} }}'
    assert data(ask(backstage, one)) == {"phJob": {"id": job_id}}
    control.turn(cluster, {"fault": {"service": "kubernetes", "on": f"get phjobs/{job_id}", "times": None}})
    assert refused(ask(backstage, one))[1] == "API_UNAVAILABLE"
    control.turn(cluster, {"well": True})
    assert data(ask(backstage, "{ phJobs { id } }")) == {"phJobs": [{"id": job_id}]}


@pytest.mark.parametrize("wrong", [{"stale": "soon"}, {"nosuch": 1}, {"fault": {"service": "minio"}}, {"slow": 3}])
def test_what_is_no_switch_is_refused(backstage, wrong):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        control.turn(backstage.cluster, wrong)


def test_the_state_survives_a_restart(tmp_path):
    first = Backstage(Cluster.stocked(tmp_path))
    job = first.create_job(first.user("alice"), job_input(first))
    schedule = first.create_schedule(first.user("alice"), job_input(first))
    token = first.token_of("alice")
    again = Backstage(Cluster.stocked(tmp_path))
    assert again.token_of("alice") == token
    assert again.jobs == {job["id"]: job}
    assert again.schedules == {schedule["id"]: schedule}
    assert data(ask(again, "{ phJobs { id } }")) == {"phJobs": [{"id": job["id"]}]}
    for path in (tmp_path / "tokens.json", tmp_path / "phjobs" / f"{job['id']}.json"):
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["tokens.json", "phjobs/job-1.json"])
def test_a_damaged_state_is_told(tmp_path, name):
    Cluster.stocked(tmp_path).people.issue_token("user-alice")
    (tmp_path / name).write_text("{")
    with pytest.raises(SandboxError, match=name):
        Cluster.stocked(tmp_path)
