"""Every document of the client against PrimeHub's schema, and against what its server does beyond the schema.

`enterprise.graphql` is the part of the schema that the client touches; where the recordings of PrimeHub's own server
are at hand, it is held against what that server tells by introspection.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    NonNullTypeNode,
    ObjectValueNode,
    OperationType,
    Visitor,
    build_schema,
    parse,
    print_ast,
    validate,
    visit,
)

from kit.recorded import MISSING, exchanges
from primehub_nbext.primehub import documents
from primehub_nbext.primehub.answers import error_of
from primehub_nbext.primehub.client import OPERATION
from primehub_nbext.primehub.errors import JobsUnavailable

SDL = Path(__file__).with_name("enterprise.graphql").read_text()
SCHEMA = build_schema(SDL)
DOCUMENTS = {
    name: text for name, text in vars(documents).items() if isinstance(text, str) and OPERATION.match(text.strip())
}
DOCUMENTS["job_rows"] = documents.job_rows([True, False])
DOCUMENTS["watched_jobs"] = documents.watched_jobs([True, False])
LISTS = ("phJobs", "phJobsConnection", "phSchedules", "phSchedulesConnection", "images", "imagesConnection")
CURSORS = {"first", "last", "after", "before"}
# What is not in PrimeHub 3.1, the oldest that the client asks, by type (read from its releases 3.1 to 4.1).
NEWER = {
    "User": {"enableInviteUsers", "predefinedEnvs"},
    "Group": {"groupImages", "maxDeploy", "deploymentsUsage", "admins"},
    "InstanceType": {"gpuResourceName"},
    "Image": {"groupName", "isReady", "logEndpoint"},
    "PhJob": {"monitoring"},
    "PhJobWhereInput": {"search"},
    "PhScheduleWhereInput": {"search"},
}
# memoryLimit is the text less its last character, gpuLimit is 0 without a resource name; `spec` has both.
UNTRUE = {"memoryLimit", "memoryRequest", "gpuLimit"}


class Rules(Visitor):
    """Collects what PrimeHub's server refuses, or answers wrongly, though the schema allows it."""

    def __init__(self):
        super().__init__()
        self.broken: list[str] = []
        self.groups = 0

    def enter_directive(self, *_):
        self.broken.append("directive")  # Enterprise Edition: Unknown directive "skip"

    def enter_inline_fragment(self, node, *_):
        if node.type_condition is None:
            self.broken.append("fragment without a type")  # Cannot read property 'name' of undefined

    def enter_variable_definition(self, node, *_):
        if not isinstance(node.type, NonNullTypeNode):
            self.broken.append("nullable variable")  # where: null is a TypeError, first: null an empty list

    def enter_null_value(self, *_):
        self.broken.append("null")

    def enter_operation_definition(self, node, *_):
        if node.name is None:
            self.broken.append("no name")
        if node.operation is OperationType.MUTATION and len(node.selection_set.selections) != 1:
            self.broken.append("two mutations")  # what the first made stays when the second fails

    def enter_field(self, node: FieldNode, *_):
        name, given = node.name.value, {each.name.value: each.value for each in node.arguments or ()}
        if name in ("__schema", "__type"):
            self.broken.append("introspection")  # refused in production
        if name in UNTRUE:
            self.broken.append("untrue size")
        self.groups += name == "group"
        if self.groups > 1 and name == "group":
            self.broken.append("two groups")  # the second is shown to anybody
        if name == "runPhSchedule" and {"instanceType", "artifact"} & fields_in(node, "job"):
            self.broken.append("fields of a job just started")  # an error, and the job is made all the same
        if name in LISTS:
            self._list(node, given)

    def _list(self, node: FieldNode, given: dict) -> None:
        if "page" in given and CURSORS & set(given):
            self.broken.append("page beside cursors")  # page wins
        not_given = {"hasNextPage", "hasPreviousPage"} if "page" in given else {"currentPage", "totalPage"}
        if not_given & fields_in(node, "pageInfo"):
            self.broken.append("pageInfo of the other kind")  # non-null and not given: all data is lost
        where = given.get("where")
        conditions = (
            {each.name.value: each.value for each in where.fields} if isinstance(where, ObjectValueNode) else {}
        )
        groups = "groupId_in" in conditions and print_ast(conditions["groupId_in"]) != "[]"  # which means all, too
        counted = "first" in given and print_ast(given["first"]) == "0"
        if node.name.value.startswith("ph") and not (groups or "id" in conditions or counted):
            self.broken.append("all groups")
        if "id" in conditions and len(conditions) > 1:
            self.broken.append("conditions beside id")  # they are not looked at
        order = given.get("orderBy")
        keys = order.fields if isinstance(order, ObjectValueNode) else ()
        if len(keys) > 1 or any(print_ast(each.value) not in ('"asc"', '"desc"') for each in keys):
            self.broken.append("order")  # of several keys one counts; other words are an error


def fields_in(node: FieldNode, name: str) -> set[str]:
    """The fields that are asked for in one field of a selection."""
    below = [each for each in node.selection_set.selections if isinstance(each, FieldNode) and each.name.value == name]
    return {each.name.value for field in below for each in field.selection_set.selections if hasattr(each, "name")}


def broken_rules(text: str) -> list[str]:
    rules = Rules()
    visit(parse(text), rules)
    return rules.broken


def schema_without(gone) -> GraphQLSchema:
    """The schema less the types and fields of which `gone(type, field or None)` is true."""
    kept = []
    for name, body in re.findall(r"^(?:type|input) (\w+) \{\n(.*?)^\}", SDL, re.S | re.M):
        fields = re.findall(r"\w+(?:\([^)]*\))?: [\w\[\]!]+", body)
        left = [field for field in fields if not gone(name, re.match(r"\w+", field)[0])]
        if left and not gone(name, None):
            kept.append(f"{'input' if name.endswith('Input') else 'type'} {name} {{ {' '.join(left)} }}")
    return build_schema("\n".join([*kept, *re.findall(r"^(?:scalar|enum) .*$", SDL, re.M)]), assume_valid=True)


ONLY_NEWER = {"MONITORING"}  # an older one's refusal is an answer like any other
OLDEST = schema_without(lambda type_name, field: field in NEWER.get(type_name, ()))
COMMUNITY = schema_without(lambda type_name, field: re.search("ph(job|schedule)", field or type_name, re.I))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid_for_the_newest_and_the_oldest_primehub(name):
    assert validate(SCHEMA, parse(DOCUMENTS[name])) == []
    assert (validate(OLDEST, parse(DOCUMENTS[name])) == []) == (name not in ONLY_NEWER)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_breaks_no_rule(name):
    assert broken_rules(DOCUMENTS[name]) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_community_edition_is_recognised_by_any_document_that_needs_jobs(name):
    refusals = [each.message.replace("'", '"') for each in validate(COMMUNITY, parse(DOCUMENTS[name]))]
    if name == "ME":
        assert refusals == []
    else:
        assert isinstance(error_of({"message": refusals[0]}, status=400), JobsUnavailable)


PROOFS = {
    "directive": "query Q { me { id @skip(if: true) } }",
    "fragment without a type": "query Q { me { ... { id } } }",
    "nullable variable": "query Q($first: Int) { images(first: $first) { id } }",
    "null": "query Q { images(where: null) { id } }",
    "no name": "{ me { id } }",
    "two mutations": 'mutation M { a: cancelPhJob(where: {id: "a"}) { id } b: cancelPhJob(where: {id: "b"}) { id } }',
    "introspection": "query Q { __schema { queryType { name } } }",
    "untrue size": "query Q { me { effectiveGroups { instanceTypes { memoryLimit } } } }",
    "two groups": 'query Q { group(where: {id: "a"}) { id } b: group(where: {id: "b"}) { id } }',
    "fields of a job just started": 'mutation M { runPhSchedule(where: {id: "a"}) { job { instanceType { id } } } }',
    "page beside cursors": "query Q { images(page: 1, first: 5) { id } }",
    "pageInfo of the other kind": "query Q { imagesConnection(page: 1) { pageInfo { hasNextPage } } }",
    "all groups": "query Q { phJobs(where: {groupId_in: []}, first: 100) { id } }",
    "conditions beside id": 'query Q { phJobs(where: {id: "a", mine: true}) { id } }',
    "order": 'query Q { images(orderBy: {name: "ASC"}) { id } }',
}


@pytest.mark.parametrize("rule", PROOFS)
def test_a_rule_finds_what_breaks_it(rule):
    assert broken_rules(PROOFS[rule]) == [rule]
    assert validate(SCHEMA, parse(PROOFS[rule])) == [] or rule == "introspection", "the schema would find it, too"


def test_the_schema_is_a_part_of_the_recorded_one():
    told = [each["response"]["json"].get("data") for each in exchanges("documents") if "the schema" in each["name"]]
    told = [each for each in told if each]
    if not told:
        pytest.skip(MISSING)
    recorded = {each["name"]: each for each in told[-1]["__schema"]["types"]}

    def fields(definition) -> dict:
        found = (definition["fields"] or []) + (definition["inputFields"] or [])
        return {each["name"]: (written(each["type"]), arguments(each)) for each in found}

    def arguments(field) -> dict:
        return {each["name"]: written(each["type"]) for each in field.get("args") or []}

    for name, of in SCHEMA.type_map.items():
        if name.startswith("__") or not hasattr(of, "fields"):
            continue
        for field, about in of.fields.items():
            args = {key: str(each.type) for key, each in getattr(about, "args", {}).items()}
            assert fields(recorded[name])[field] == (str(about.type), args), f"{name}.{field}"


def written(reference: dict) -> str:
    if reference["kind"] == "NON_NULL":
        return f"{written(reference['ofType'])}!"
    return f"[{written(reference['ofType'])}]" if reference["kind"] == "LIST" else reference["name"]
