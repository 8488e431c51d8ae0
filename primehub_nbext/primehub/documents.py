"""The GraphQL documents, by name. Values always travel as variables, never inside a document.

They hold nothing that PrimeHub 3.1 to 4.1 lacks: no directives (the Enterprise Edition knows none), no fragments
without a type, no nullable variables (`where: null` is an error there, `first: null` an empty list). Inputs are written
inline around scalar variables, so that only the names of scalar types and of `PhJobCreateInput` are relied on.
tests/platform/test_documents.py holds each document against these rules and PrimeHub's schema.
"""

from __future__ import annotations

ME = "query Me { me { id username } }"

# `me.effectiveGroups` has the images and instance types of everyone, too; `group` has the group alone, but also tells
# whether it is mine. `url` is empty as long as an image is not ready (`isReady` came with 3.4); sizes are in `spec`
# (`memoryLimit` is the text less its last character, `gpuLimit` is 0 where the resource is not named).
# `Resources` alone is carried out. But all of a document is validated: a PrimeHub without jobs (Community Edition)
# refuses it for the second operation, one with jobs does no extra work.
RESOURCES = """
query Resources($group: ID!) {
  me {
    effectiveGroups {
      id
      instanceTypes { name displayName description spec }
      images { name displayName description type url }
    }
  }
  group(where: {id: $group}) {
    id name displayName enabledSharedVolume jobDefaultActiveDeadlineSeconds
    quotaCpu quotaGpu quotaMemory projectQuotaCpu projectQuotaGpu projectQuotaMemory
    resourceStatus { cpuUsage memUsage gpuUsage }
  }
}
query JobsExist { phJobs(first: 0) { id } }
"""

# The second look at a group that seems not to be mine, or has nothing: PrimeHub answers `RESOURCES` without an error
# when Keycloak or Kubernetes fails. `phJobs` fails with Keycloak, `images` with Kubernetes.
MEMBERSHIP = """
query Membership($group: ID!) {
  me { groups { id } }
  group(where: {id: $group}) { id }
  images(first: 1) { id }
  phJobs(first: 0) { id }
}
"""

ROW_FIELDS = """
    id displayName groupId groupName image instanceType { name displayName } userName
    phase reason message createTime startTime finishTime activeDeadlineSeconds
"""
JOB_FIELDS = ROW_FIELDS + " command "

CREATE_JOB = """
mutation CreateJob($data: PhJobCreateInput!) {
  createPhJob(data: $data) { id displayName phase userName createTime }
}
"""

STATE_FIELDS = " id phase reason message startTime finishTime activeDeadlineSeconds "


def watched_jobs(whole: list[bool]) -> str:
    """The document that asks for each `$id<n>` as `job<n>`: all that is told of a job, or only what changes of it.

    Jobs asked for by id are as Kubernetes has them now, which lists are not. One that is not there, or not for us,
    makes all of the answer null.
    """
    variables = ", ".join(f"$id{n}: ID!" for n in range(len(whole)))
    jobs = (
        f"job{n}: phJob(where: {{id: $id{n}}}) {{{JOB_FIELDS if wanted else STATE_FIELDS}}}"
        for n, wanted in enumerate(whole)
    )
    return f"query WatchedJobs({variables}) {{ {' '.join(jobs)} }}"


JOB = "query Job($id: ID!) { phJob(where: {id: $id}) {" + JOB_FIELDS + "} }"

# What tells whether a job is one to show, but for its command, which may be long: about 170 bytes a job, newest first.
JOBS = """
query Jobs($group: String!, $mine: Boolean!, $first: Int!, $after: String!) {
  phJobs(where: {groupId_in: [$group], mine: $mine}, first: $first, after: $after) {
    id displayName phase userName createTime
  }
}
"""


def job_rows(commands: list[bool]) -> str:
    """The document that asks for parts of the list that `JOBS` shows, of each all that is told of a job.

    One part for each of `commands`, which say whether the jobs' commands are wanted, too: the `$first<n>` jobs after
    that of the id `$after<n>`, as `rows<n>`. A list, unlike `phJob`, does not fail for a job that is just removed.
    """
    variables = "".join(f", $first{n}: Int!, $after{n}: String!" for n in range(len(commands)))
    where = "where: {groupId_in: [$group], mine: $mine}"
    parts = [
        f"rows{n}: phJobs({where}, first: $first{n}, after: $after{n}) {{{JOB_FIELDS if wanted else ROW_FIELDS}}}"
        for n, wanted in enumerate(commands)
    ]
    return f"query JobRows($group: String!, $mine: Boolean!{variables}) {{ {' '.join(parts)} }}"


# A page of the group's newest jobs, whoever submitted them, to look for one of whose creation no answer came; after the
# job of this id, or from the first for "".
NEWEST_COMMANDS = """
query NewestCommands($group: String!, $first: Int!, $after: String!) {
  phJobs(where: {groupId_in: [$group]}, first: $first, after: $after) {
    id displayName phase userName createTime command
  }
}
"""

# Everything that may still read a snapshot, whoever submitted it.
GROUP_COMMANDS = """
query GroupCommands($group: String!) {
  phJobs(where: {groupId_in: [$group]}) { id command }
  phSchedules(where: {groupId_in: [$group]}) { id command }
}
"""

CANCEL_JOB = "mutation CancelJob($id: ID!) { cancelPhJob(where: {id: $id}) { id } }"

RERUN_JOB = "mutation RerunJob($id: ID!) { rerunPhJob(where: {id: $id}) { id } }"

# What has to be known of a job to fetch what it wrote. `artifact` and `monitoring` look into the store, so each is
# asked for only where it is wanted.
LOG = "query Log($id: ID!) { phJob(where: {id: $id}) { id phase reason logEndpoint } }"

ARTIFACTS = """
query Artifacts($id: ID!) {
  phJob(where: {id: $id}) {
    id phase groupName command startTime finishTime
    artifact { items { name size lastModified } }
  }
}
"""

MONITORING = """
query Monitoring($id: ID!) {
  phJob(where: {id: $id}) { id phase startTime finishTime instanceType { name displayName spec } monitoring }
}
"""
