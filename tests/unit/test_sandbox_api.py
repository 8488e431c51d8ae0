"""The sandbox's GraphQL surface, over a store that is in memory only."""

from __future__ import annotations

import pytest

pytest.importorskip("graphql")

from primehub_nbext.sandbox.schema import execute  # noqa: E402
from primehub_nbext.sandbox.store import Store  # noqa: E402

CREATE = "mutation ($data: PhJobCreateInput!) { createPhJob(data: $data) { id phase message instanceType { name } } }"


@pytest.fixture
def store():
    return Store()


def group_id(store, name="phusers"):
    return store.group_named(name)["id"]


def job_input(store, **changes):
    data = {"displayName": "x", "groupId": group_id(store), "instanceType": "cpu-1", "image": "base-notebook"}
    return {**data, "command": "echo", **changes}


def ask(store, document, variables=None, user="alice"):
    return execute(store, document, variables, f"Bearer {store.token_of(user)}")


def refused(answer):
    status, body = answer
    assert status == 200
    return body["errors"][0]["extensions"]["code"], body["errors"][0]["message"]


def test_says_who_calls(store):
    assert ask(store, "{ me { username } }") == (200, {"data": {"me": {"username": "alice"}}})


def test_refuses_a_request_without_or_with_a_wrong_token(store):
    assert execute(store, "{ me { id } }", None, None)[0] == 403
    status, body = execute(store, "{ me { id } }", None, "Bearer nonsense")
    assert status == 400
    assert body["errors"][0]["message"] == "Context creation failed: Invalid API Token"


def test_a_new_token_revokes_the_old_one(store):
    old = store.token_of("alice")
    new = store.issue_token("alice")
    assert execute(store, "{ me { id } }", None, f"Bearer {old}")[0] == 400
    assert execute(store, "{ me { id } }", None, f"Bearer {new}")[0] == 200


def test_creates_a_job_that_waits(store):
    status, body = ask(store, CREATE, {"data": job_input(store)})
    assert status == 200
    assert body["data"]["createPhJob"]["phase"] == "Pending"
    assert body["data"]["createPhJob"]["instanceType"] == {"name": "cpu-1"}


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"instanceType": "gpu-4"}, "EXCEED_QUOTA", "User Gpu Quota exceeded"),
        ({"groupId": "elsewhere"}, "NOT_AUTH", "user not auth"),
        ({"instanceType": "none"}, "INTERNAL_ERROR", 'instancetypes.primehub.io "none" not found'),
        ({"image": "none"}, "INTERNAL_ERROR", 'images.primehub.io "none" not found'),
    ],
)
def test_refuses_a_job(store, changes, code, message):
    assert refused(ask(store, CREATE, {"data": job_input(store, **changes)})) == (code, message)


def test_refuses_jobs_without_a_licence(store):
    store.licence = "expired"
    assert refused(ask(store, CREATE, {"data": job_input(store)})) == ("LICENSE_ERROR", "License expired")


def test_an_unknown_job_is_told_as_kubernetes_does(store):
    answer = ask(store, '{ phJob(where: {id: "job-1"}) { id } }')
    assert refused(answer)[1] == 'phjobs.primehub.io "job-1" not found'


def test_jobs_of_other_groups_are_not_shown(store):
    bob = store.users["bob"]
    job = store.create_job(bob, job_input(store, groupId=group_id(store, "research_team_a")))
    assert ask(store, "{ phJobs { id } }")[1] == {"data": {"phJobs": []}}
    assert refused(ask(store, f'{{ phJob(where: {{id: "{job["id"]}"}}) {{ id }} }}'))[0] == "NOT_AUTH"


def test_pages_of_ten_newest_first(store):
    ids = [store.create_job(store.users["alice"], job_input(store))["id"] for _ in range(12)][::-1]
    document = (
        "query ($page: Int) { phJobsConnection(page: $page)"
        " { pageInfo { totalPage currentPage hasNextPage } edges { node { id } } } }"
    )
    seen = []
    for page, more in ((1, True), (2, False), (3, False)):
        found = ask(store, document, {"page": page})[1]["data"]["phJobsConnection"]
        assert found["pageInfo"] == {"totalPage": 2, "currentPage": page, "hasNextPage": more}
        seen += [edge["node"]["id"] for edge in found["edges"]]
    assert seen == ids
    document = "query ($after: String) { phJobs(first: 2, after: $after) { id } }"
    assert [job["id"] for job in ask(store, document, {"after": ids[4]})[1]["data"]["phJobs"]] == ids[5:7]
    assert len(ask(store, "{ phJobs { id } }")[1]["data"]["phJobs"]) == 12


def test_finds_jobs_by_name_and_owner(store):
    store.create_job(store.users["alice"], job_input(store, displayName="train"))
    store.create_job(store.users["bob"], job_input(store, displayName="train too"))
    document = "query ($where: PhJobWhereInput) { phJobs(where: $where) { displayName } }"
    found = ask(store, document, {"where": {"search": "train", "mine": True}})[1]["data"]["phJobs"]
    assert found == [{"displayName": "train"}]
    found = ask(store, document, {"where": {"displayName_contains": "too"}})[1]["data"]["phJobs"]
    assert found == [{"displayName": "train too"}]


def test_cancelling_a_waiting_job_ends_it(store):
    job = store.create_job(store.users["alice"], job_input(store))
    document = "mutation ($id: ID!) { cancelPhJob(where: {id: $id}) { id } }"
    assert ask(store, document, {"id": job["id"]})[1]["data"]["cancelPhJob"] == {"id": job["id"]}
    assert store.jobs[job["id"]]["phase"] == "Cancelled"


def test_rerun_replays_the_same_command(store):
    job = store.create_job(store.users["alice"], job_input(store, command="echo again"))
    document = "mutation ($id: ID!) { rerunPhJob(where: {id: $id}) { id command } }"
    again = ask(store, document, {"id": job["id"]})[1]["data"]["rerunPhJob"]
    assert again["command"] == "echo again"
    assert again["id"] != job["id"]


def test_the_queue_lets_other_users_pass_one_who_is_over_quota(store):
    alice, bob = store.users["alice"], store.users["bob"]
    jobs = [store.create_job(alice, job_input(store, instanceType="cpu-2")) for _ in range(3)]
    jobs.append(store.create_job(bob, job_input(store)))
    taken = [store.next_job()["id"] for _ in range(3)]
    assert taken == [jobs[0]["id"], jobs[1]["id"], jobs[3]["id"]]
    assert store.next_job() is None
    assert store.jobs[jobs[2]["id"]]["reason"] == "OverQuota"


def test_a_schedule_lives_and_runs(store):
    document = "mutation ($data: PhScheduleCreateInput!) { createPhSchedule(data: $data) { id nextRunTime invalid } }"
    data = {**job_input(store), "recurrence": {"type": "daily"}}
    schedule = ask(store, document, {"data": data})[1]["data"]["createPhSchedule"]
    assert schedule["nextRunTime"].endswith("T04:00:00Z")
    document = "mutation ($id: ID!) { runPhSchedule(where: {id: $id}) { job { id schedule } } }"
    job = ask(store, document, {"id": schedule["id"]})[1]["data"]["runPhSchedule"]["job"]
    assert job["schedule"] == schedule["id"]
    document = """mutation ($id: ID!, $data: PhScheduleUpdateInput!) {
      updatePhSchedule(where: {id: $id}, data: $data) { invalid message } }"""
    data["recurrence"] = {"type": "custom", "cron": "61 * * * *"}
    assert ask(store, document, {"id": schedule["id"], "data": data})[1]["data"]["updatePhSchedule"]["invalid"]
    document = "mutation ($id: ID!) { deletePhSchedule(where: {id: $id}) { id } }"
    ask(store, document, {"id": schedule["id"]})
    assert ask(store, "{ phSchedules { id } }")[1]["data"]["phSchedules"] == []


def test_a_due_schedule_makes_a_job_and_plans_the_next(store):
    data = {**job_input(store), "recurrence": {"type": "custom", "cron": "* * * * *"}}
    record = store.create_schedule(store.users["alice"], data)
    store.schedules[record["id"]]["nextRunTime"] = "2020-01-01T00:00:00Z"
    assert store.run_due_schedules() > "2020"
    assert [job["schedule"] for job in store.jobs.values()] == [record["id"]]


def test_the_community_edition_has_no_jobs():
    status, body = ask(Store(edition="ce"), "{ phJobs { id } }")
    assert status == 400
    assert body["errors"][0]["message"].startswith('Cannot query field "phJobs" on type "Query"')


def test_a_wrong_document_or_variable_is_a_bad_request(store):
    assert ask(store, "{ nonsense }")[0] == 400
    assert ask(store, "{")[0] == 400
    assert ask(store, CREATE, {})[0] == 400


def test_the_state_survives_a_restart(tmp_path):
    store = Store(tmp_path)
    job = store.create_job(store.users["alice"], job_input(store))
    again = Store(tmp_path)
    assert again.token_of("alice") == store.token_of("alice")
    assert again.jobs[job["id"]] == job
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600
