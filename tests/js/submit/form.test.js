// The job form without a page.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {resources} = require("./given.js");
const form = require("../amd.js").loader()("./submit/form");

const limits = {display_name: 200, parameters: 65536, timeout_seconds: 31536000};
const session = {defaults: {instance_type: "gpu-1", image: "torch"}, limits};
const values = {
    instance_type: "cpu-1", image: "base-notebook", display_name: " train ", parameters: "start=1",
    timeout: "", timeout_unit: "minutes"
};
const faults = (changed, checked) =>
    form.validate({...values, ...changed}, resources, limits, checked).map((fault) => fault.field);

test("first values: the draft, then the last job, then this pod, then what there is", () => {
    const notebook = {display_name: "nb"};
    const first = (draft, last, given = session) => form.first_values(given, resources, notebook, draft, last);
    assert.deepStrictEqual([first().instance_type, first().image, first().display_name], ["gpu-1", "torch", "nb"]);
    assert.strictEqual(first({}, {instance_type: "cpu-10", image: "odd"}).instance_type, "cpu-10");
    assert.strictEqual(first({instance_type: "cpu-1"}, {instance_type: "cpu-10"}).instance_type, "cpu-1");
    assert.strictEqual(first({}, {}, {defaults: {instance_type: null, image: null}}).instance_type, "cpu-1");
    assert.strictEqual(first({instance_type: "cpu-1"}).image, "base-notebook", "the pod's GPU image cannot run there");
    assert.strictEqual(first({display_name: "", parameters: "a=1"}).display_name, "", "what was emptied stays empty");
    const empty = form.first_values(session, {instance_types: [], images: []}, {}, null, null);
    assert.deepStrictEqual([empty.instance_type, empty.image, empty.display_name], [null, null, ""]);
});

test("time limits", () => {
    assert.deepStrictEqual([
        form.seconds("", "hours"), form.seconds("  ", "hours"), form.seconds("0", "hours"),
        form.seconds("1.5", "hours"),
        form.seconds("1,5", "hours"), form.seconds(" 30 ", "minutes"), form.seconds(".5", "minutes")
    ], [null, null, 0, 5400, 5400, 1800, 30]);
    for (const typed of ["-1", "1e3", "ten", "1 h", "Infinity", "NaN", "0x10", "."]) {
        assert.strictEqual(form.seconds(typed, "minutes"), undefined, typed);
        assert.deepStrictEqual(faults({timeout: typed}), ["timeout_seconds"]);
    }
    assert.deepStrictEqual(faults({timeout: "8761", timeout_unit: "hours"}), ["timeout_seconds"]);
    assert.deepStrictEqual(faults({timeout: "8760", timeout_unit: "hours"}), []);
    assert.deepStrictEqual(faults({timeout: "0.001"}), ["timeout_seconds"], "0 would mean no limit");
    assert.match(form.time_help(resources), /24 hours/);
    assert.match(form.time_help({default_timeout_seconds: 0}), /no limit/);
    assert.match(form.time_help({}), /group's default/);
});

test("faults come top to bottom", () => {
    assert.deepStrictEqual(faults({}), []);
    assert.deepStrictEqual(
        faults({instance_type: null, image: null, display_name: " ", timeout: "x"}, [{field: "parameters"}]),
        ["instance_type", "image", "display_name", "parameters", "timeout_seconds"]);
    assert.deepStrictEqual(faults({image: "torch"}), ["image"]);
    assert.deepStrictEqual(faults({image: "building"}), ["image"]);
    assert.deepStrictEqual(faults({display_name: "😀".repeat(200)}), [], "counted as Python counts");
    assert.deepStrictEqual(faults({display_name: "x".repeat(201)}), ["display_name"]);
});

test("what a parameter is, only the server says", () => {
    for (const parameters of ["start", "=", "a=[1", `a=${"x".repeat(65536)}`]) {
        assert.deepStrictEqual(faults({parameters}), []);
    }
    const checked = [{field: "parameters", code: "no_value", message: "m", hint: "h"}];
    assert.deepStrictEqual(form.validate(values, resources, limits, checked), checked);
});

test("one fault for each field, and the form's own first; what has no field here is for the server to refuse", () => {
    const checked = ["display_name", "parameters", "notebook_path", undefined].map((field) => ({field, code: "x"}));
    const found = form.validate({...values, display_name: ""}, resources, limits, checked);
    assert.deepStrictEqual(found.map((fault) => [fault.field, fault.code]),
        [["display_name", "missing_name"], ["parameters", "x"]]);
});

test("the request says what the form says", () => {
    assert.deepStrictEqual(form.request({...values, timeout: "90", parameters: "a = 1\n"}, "é/x.ipynb", "id12345678"), {
        notebook_path: "é/x.ipynb", display_name: "train", instance_type: "cpu-1", image: "base-notebook",
        parameters: "a = 1\n", timeout_seconds: 5400, submission_id: "id12345678"
    });
    assert.strictEqual(form.request(values, "x", "y").timeout_seconds, null);
    assert.strictEqual(form.request({...values, timeout: "0"}, "x", "y").timeout_seconds, 0);
});

test("what is to be checked is what would be sent, and the open notebook; what is not chosen yet is left out", () => {
    const notebook = {cells: []};
    const at = "2026-11-24T08:00:00.000Z";
    assert.deepStrictEqual(form.check_request({...values, timeout: "0"}, notebook, at), {
        notebook, last_modified: at,
        display_name: "train", instance_type: "cpu-1", image: "base-notebook", parameters: "start=1",
        timeout_seconds: 0
    });
    assert.deepStrictEqual(form.check_request({...values, image: null, timeout: "x", parameters: ""}, null, null),
        {display_name: "train", instance_type: "cpu-1", parameters: ""});
});
