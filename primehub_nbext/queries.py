"""The GraphQL documents, by name. Values always travel as variables, never inside a document.

Types and fields are PrimeHub's public schema's. Inputs are written inline around scalar variables, so that only the
names of scalar types and of `PhJobCreateInput` are relied on.
"""

from __future__ import annotations

ME = "query Me { me { id username } }"

# Validation looks at a skipped field too: a PrimeHub without jobs (Community Edition) answers with a validation error,
# one with jobs does no extra work.
RESOURCES = """
query Resources($group: ID!) {
  group(where: {id: $group}) {
    id name displayName enabledSharedVolume jobDefaultActiveDeadlineSeconds
    quotaCpu quotaGpu quotaMemory projectQuotaCpu projectQuotaGpu projectQuotaMemory
    resourceStatus { cpuUsage memUsage gpuUsage }
    instanceTypes { id name displayName description cpuLimit memoryLimit gpuLimit spec }
    images { id name displayName description type isReady spec }
  }
  phJobs @skip(if: true) { id }
}
"""

JOB_FIELDS = """
    id displayName command groupId groupName image instanceType { name displayName } userName
    phase reason message createTime startTime finishTime activeDeadlineSeconds
"""

CREATE_JOB = """
mutation CreateJob($data: PhJobCreateInput!) {
  createPhJob(data: $data) { id displayName phase userName createTime }
}
"""

JOB = "query Job($id: ID!) { phJob(where: {id: $id}) {" + JOB_FIELDS + "} }"

JOBS = "query Jobs($group: String!) { phJobs(where: {groupId_in: [$group]}, first: 100) {" + JOB_FIELDS + "} }"

# A page of the group's newest jobs, whoever submitted them, to look for one of whose creation no answer came.
NEWEST_COMMANDS = """
query NewestCommands($group: String!, $after: String) {
  phJobs(where: {groupId_in: [$group]}, first: 20, after: $after) {
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
