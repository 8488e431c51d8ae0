"""The GraphQL surface: a document and an Authorization header in, an HTTP status and an answer out.

`execute` needs a Store and nothing else, so a test can put any HTTP behaviour it likes in front of it.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLSchema, build_schema, parse, validate
from graphql import execute as run_document

from .catalogue import volume_name
from .errors import Refused

if TYPE_CHECKING:
    from .store import Store

COMMON = """
scalar JSON

type User { id: ID! username: String email: String firstName: String lastName: String isAdmin: Boolean
  groups: [Group] effectiveGroups: [Group] predefinedEnvs: JSON apiTokenCount: Int }

type Group { id: ID! name: String displayName: String admins: String
  quotaCpu: Float quotaGpu: Int quotaMemory: Float projectQuotaCpu: Float projectQuotaGpu: Int projectQuotaMemory: Float
  instanceTypes: [InstanceType] images(mode: String): [Image] users: [User] datasets: [Dataset]
  enabledSharedVolume: Boolean sharedVolumeCapacity: Int homeSymlink: Boolean launchGroupOnly: Boolean
  jobDefaultActiveDeadlineSeconds: Int resourceStatus: ResourceStatus }

type Dataset { id: ID! name: String displayName: String description: String type: String }

type ResourceStatus { groupId: String cpuUsage: String memUsage: String gpuUsage: String }

type InstanceType { id: ID! name: String displayName: String description: String
  cpuLimit: Float memoryLimit: Float gpuLimit: Int gpuResourceName: String cpuRequest: Float memoryRequest: Float
  global: Boolean spec: JSON tolerations: [Toleration] nodeSelector: JSON }
type Toleration { operator: String key: String value: String effect: String }

type Image { id: ID! name: String displayName: String description: String type: String url: String urlForGpu: String
  groupName: String global: Boolean spec: JSON useImagePullSecret: String isReady: Boolean }

type StoreFile { name: String size: Float lastModified: String }
type StoreFileList { items: [StoreFile] phfsPrefix: String prefix: String }

input GroupWhereUniqueInput { id: ID! }
input StoreFileWhereInput { groupName: String! phfsPrefix: String! }
input StoreFileListOptionInput { limit: Int recursive: Boolean }
"""

JOBS = """
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
  currentPage: Int totalPage: Int }

type PhJob { id: ID! displayName: String cancel: Boolean command: String groupId: String groupName: String
  image: String instanceType: InstanceType userId: String userName: String phase: String reason: String
  message: String schedule: String createTime: String startTime: String finishTime: String logEndpoint: String
  activeDeadlineSeconds: Int artifact: PhJobArtifact monitoring: JSON }
type PhJobArtifact { prefix: String items: [PhJobArtifactItem] }
type PhJobArtifactItem { name: String size: Int lastModified: String }
type PhJobCancelResponse { id: ID! }
type PhJobEdge { node: PhJob! cursor: String! }
type PhJobConnection { pageInfo: PageInfo! edges: [PhJobEdge]! }
input PhJobWhereUniqueInput { id: ID! }
input PhJobWhereInput { id: ID groupId_in: [String] displayName_contains: String search: String mine: Boolean }
input PhJobOrderByInput { displayName: String schedule: String createTime: String userName: String groupName: String
  phase: String }
input PhJobCreateInput { displayName: String groupId: String instanceType: String image: String command: String
  activeDeadlineSeconds: Int }

type Recurrence { type: String cron: String }
type PhSchedule { id: ID! displayName: String recurrence: Recurrence command: String groupId: String groupName: String
  image: String instanceType: InstanceType userId: String userName: String createTime: String updateTime: String
  nextRunTime: String invalid: Boolean message: String activeDeadlineSeconds: Int }
type PhScheduleDeleteResponse { id: ID! }
type PhScheduleRunResponse { job: PhJob }
type PhScheduleEdge { node: PhSchedule! cursor: String! }
type PhScheduleConnection { pageInfo: PageInfo! edges: [PhScheduleEdge]! }
input RecurrenceInput { type: String cron: String }
input PhScheduleWhereUniqueInput { id: ID! }
input PhScheduleWhereInput { id: ID groupId_in: [String] displayName_contains: String search: String mine: Boolean }
input PhScheduleOrderByInput { displayName: String groupName: String userName: String nextRunTime: String
  createTime: String }
input PhScheduleCreateInput { displayName: String groupId: String instanceType: String image: String command: String
  recurrence: RecurrenceInput activeDeadlineSeconds: Int }
input PhScheduleUpdateInput { displayName: String groupId: String instanceType: String image: String command: String
  recurrence: RecurrenceInput activeDeadlineSeconds: Int }
"""

COMMUNITY_ROOT = """
type Query { me: User group(where: GroupWhereUniqueInput!): Group
  files(where: StoreFileWhereInput!, options: StoreFileListOptionInput): StoreFileList }
type Mutation { revokeApiToken: ApiTokenResponse }
type ApiTokenResponse { id: ID! }
"""

PAGING = "page: Int, first: Int, last: Int, before: String, after: String"
ENTERPRISE_ROOT = f"""
extend type Query {{
  phJob(where: PhJobWhereUniqueInput!): PhJob!
  phJobs(where: PhJobWhereInput, orderBy: PhJobOrderByInput, {PAGING}): [PhJob]!
  phJobsConnection(where: PhJobWhereInput, orderBy: PhJobOrderByInput, {PAGING}): PhJobConnection!
  phSchedule(where: PhScheduleWhereUniqueInput!): PhSchedule!
  phSchedules(where: PhScheduleWhereInput, orderBy: PhScheduleOrderByInput, {PAGING}): [PhSchedule]!
  phSchedulesConnection(where: PhScheduleWhereInput, orderBy: PhScheduleOrderByInput, {PAGING}): PhScheduleConnection!
}}
extend type Mutation {{
  createPhJob(data: PhJobCreateInput!): PhJob!
  rerunPhJob(where: PhJobWhereUniqueInput!): PhJob!
  cancelPhJob(where: PhJobWhereUniqueInput!): PhJobCancelResponse!
  createPhSchedule(data: PhScheduleCreateInput!): PhSchedule!
  updatePhSchedule(where: PhScheduleWhereUniqueInput!, data: PhScheduleUpdateInput!): PhSchedule!
  deletePhSchedule(where: PhScheduleWhereUniqueInput!): PhScheduleDeleteResponse!
  runPhSchedule(where: PhScheduleWhereUniqueInput!): PhScheduleRunResponse!
}}
"""


@functools.cache
def schema_of(edition: str) -> GraphQLSchema:
    """Return the schema of an edition; the Community Edition has no jobs at all."""
    return build_schema(COMMON + COMMUNITY_ROOT + (JOBS + ENTERPRISE_ROOT if edition == "ee" else ""))


def execute(
    store: Store,
    document: str,
    variables: dict[str, Any] | None,
    authorization: str | None,
    operation_name: str | None = None,
) -> tuple[int, dict[str, Any]]:
    """Answer one request as PrimeHub does: 403 without a token, 400 for a bad one or a bad document, else 200."""
    if not authorization:
        return 403, _failure("request not authorized", "FORBIDDEN")
    scheme, _, token = authorization.partition(" ")
    user = store.user_of_token(token.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        return 400, _failure("Context creation failed: Invalid API Token", "INTERNAL_ERROR")
    schema = schema_of(store.edition)
    try:
        parsed = parse(document)
    except GraphQLError as error:
        return 400, _errors([error], "GRAPHQL_PARSE_FAILED")
    if found := validate(schema, parsed):
        return 400, _errors(found, "GRAPHQL_VALIDATION_FAILED")
    result = run_document(
        schema, parsed, root_value=Root(store, user), variable_values=variables or {}, operation_name=operation_name
    )
    errors = result.errors or []
    # Without a path the error is about the request itself (a variable of a wrong type), not about one field of it.
    if errors and result.data is None and all(error.path is None for error in errors):
        return 400, _errors(errors, "BAD_USER_INPUT")
    body: dict[str, Any] = {"data": result.data}
    if errors:
        body["errors"] = _errors(errors, "INTERNAL_SERVER_ERROR")["errors"]
    return 200, body


class Root:
    """The fields of Query and Mutation for one user; graphql-core calls a method with the arguments of its field."""

    def __init__(self, store: Store, user: dict):
        self.store, self.user = store, user

    def me(self, info):
        return self.store.view_user(self.user)

    def group(self, info, where):
        return self.store.view_group(self.store.group_for(self.user, where["id"]))

    def files(self, info, where, options=None):
        options, group = options or {}, where["groupName"]
        found = self.store.files_for(self.user, group, where["phfsPrefix"], options.get("recursive", False))
        return {"items": found[: options.get("limit")], **_prefixes(where)}

    def revokeApiToken(self, info):
        self.store.revoke_tokens(self.user["username"])
        return {"id": self.user["id"]}

    def phJob(self, info, where):
        return self.store.view_job(self.store.job_for(self.user, where["id"]))

    def phJobs(self, info, **arguments):
        return self._jobs(arguments)[0]

    def phJobsConnection(self, info, **arguments):
        return _connection(*self._jobs(arguments))

    def createPhJob(self, info, data):
        return self.store.view_job(self.store.create_job(self.user, data))

    def rerunPhJob(self, info, where):
        return self.store.view_job(self.store.rerun_job(self.user, where["id"]))

    def cancelPhJob(self, info, where):
        return {"id": self.store.cancel_job(self.user, where["id"])["id"]}

    def phSchedule(self, info, where):
        return self.store.view_schedule(self.store.schedule_for(self.user, where["id"]))

    def phSchedules(self, info, **arguments):
        return self._schedules(arguments)[0]

    def phSchedulesConnection(self, info, **arguments):
        return _connection(*self._schedules(arguments))

    def createPhSchedule(self, info, data):
        return self.store.view_schedule(self.store.create_schedule(self.user, data))

    def updatePhSchedule(self, info, where, data):
        return self.store.view_schedule(self.store.update_schedule(self.user, where["id"], data))

    def deletePhSchedule(self, info, where):
        return {"id": self.store.delete_schedule(self.user, where["id"])["id"]}

    def runPhSchedule(self, info, where):
        return {"job": self.store.view_job(self.store.run_schedule(self.user, where["id"]))}

    def _jobs(self, arguments):
        return _page([self.store.view_job(job) for job in self.store.jobs_for(self.user, arguments)], arguments)

    def _schedules(self, arguments):
        records = self.store.schedules_for(self.user, arguments)
        return _page([self.store.view_schedule(record) for record in records], arguments)


def _prefixes(where: dict) -> dict:
    return {"phfsPrefix": where["phfsPrefix"], "prefix": f"groups/{volume_name(where['groupName'])}"}


PAGE_SIZE = 10


def _page(records: list[dict], arguments: dict) -> tuple[list[dict], dict]:
    """Cut one page out of all records; return it with its pageInfo."""
    total_pages = -(-len(records) // PAGE_SIZE)
    ids = [record["id"] for record in records]
    start, stop, current = 0, len(records), None
    if arguments.get("page") is not None:
        current = max(1, arguments["page"])
        start, stop = (current - 1) * PAGE_SIZE, min(len(records), current * PAGE_SIZE)
    else:
        if arguments.get("after") in ids:
            start = ids.index(arguments["after"]) + 1
        if arguments.get("before") in ids:
            stop = ids.index(arguments["before"])
        if arguments.get("first") is not None:
            stop = min(stop, start + max(0, arguments["first"]))
        if arguments.get("last") is not None:
            start = max(start, stop - max(0, arguments["last"]))
    page = records[start:stop]
    return page, {
        "hasNextPage": stop < len(records),
        "hasPreviousPage": start > 0,
        "startCursor": page[0]["id"] if page else None,
        "endCursor": page[-1]["id"] if page else None,
        "currentPage": current,
        "totalPage": total_pages,
    }


def _connection(page: list[dict], info: dict) -> dict:
    return {"pageInfo": info, "edges": [{"node": record, "cursor": record["id"]} for record in page]}


def _failure(message: str, code: str) -> dict:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _errors(errors: list[GraphQLError], code: str) -> dict:
    """Shape errors as Apollo does; the message of an unforeseen exception stays inside."""
    shaped = []
    for error in errors:
        formatted = dict(error.formatted)
        if code == "GRAPHQL_VALIDATION_FAILED":
            # graphql-core says 'name' where PrimeHub's library says "name"; clients look for the latter.
            formatted["message"] = re.sub(r"'([^']*)'", r'"\1"', formatted["message"])
        cause = error.original_error
        refused = cause if isinstance(cause, Refused) else None
        formatted["extensions"] = {"code": refused.code if refused else code}
        if cause is not None and not isinstance(cause, (Refused, GraphQLError)):
            formatted["message"] = "Internal server error"
        shaped.append(formatted)
    return {"errors": json.loads(json.dumps(shaped))}
