// The job form without a page.
"use strict";

const assert = require("node:assert");
const child_process = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const process = require("node:process");
const test = require("node:test");
const form = require("./amd.js").loader()("./job_form");

const resources = {
    instance_types: [
        {name: "gpu-1", display_name: "GPU 1", cpu: 4, memory_gb: 16, gpu: 1},
        {name: "cpu-10", display_name: "CPU 10", cpu: 10, memory_gb: 20.125, gpu: 0},
        {name: "cpu-1", display_name: "CPU 1", cpu: 0.5, memory_gb: 2.0, gpu: 0}
    ],
    images: [
        {name: "torch", display_name: "Torch", kind: "gpu", ready: true},
        {name: "base-notebook", display_name: "Base notebook", kind: "universal", ready: true},
        {name: "building", display_name: "a new one", kind: "cpu", ready: false},
        {name: "odd", display_name: "", kind: "quantum", ready: true}
    ],
    default_timeout_seconds: 86400
};
const limits = {display_name: 200, parameters: 65536, timeout_seconds: 31536000};
const session = {defaults: {instance_type: "gpu-1", image: "torch"}, limits};
const values = {
    instance_type: "cpu-1", image: "base-notebook", display_name: " train ", parameters: "start=1",
    timeout: "", timeout_unit: "minutes"
};
const faults = (changed) => form.faults({...values, ...changed}, resources, limits).map((fault) => fault.field);

test("options are sorted as people count, and labelled", () => {
    assert.deepStrictEqual(form.instance_options(resources).map((option) => option.label), [
        "CPU 1 (CPU: 0.5 / Memory: 2 GB / GPU: 0)", "CPU 10 (CPU: 10 / Memory: 20.13 GB / GPU: 0)",
        "GPU 1 (CPU: 4 / Memory: 16 GB / GPU: 1)"
    ]);
    assert.deepStrictEqual(form.image_options(resources, "cpu-1"), [
        {value: "building", label: "a new one (CPU) – not ready yet", disabled: true},
        {value: "base-notebook", label: "Base notebook (Universal)", disabled: false},
        {value: "odd", label: "odd", disabled: false},
        {value: "torch", label: "Torch (GPU) – needs a GPU instance type", disabled: true}
    ]);
    assert.ok(!form.image_options(resources, "gpu-1")[3].disabled);
});

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

test("an image that cannot run on another instance type gives way and it is told", () => {
    assert.deepStrictEqual(form.change_instance(resources, "gpu-1", "torch"), {image: "torch", notice: ""});
    const change = form.change_instance(resources, "cpu-1", "torch");
    assert.strictEqual(change.image, "base-notebook");
    assert.match(change.notice, /“Torch”.*“Base notebook”/);
    const only_gpu = {...resources, images: resources.images.slice(0, 1)};
    assert.strictEqual(form.change_instance(only_gpu, "cpu-1", "torch").image, null);
    assert.match(form.change_instance(only_gpu, "cpu-1", "torch").notice, /No image/);
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
        faults({instance_type: null, image: null, display_name: " ", parameters: "start", timeout: "x"}),
        ["instance_type", "image", "display_name", "parameters", "timeout_seconds"]);
    assert.deepStrictEqual(faults({image: "torch"}), ["image"]);
    assert.deepStrictEqual(faults({image: "building"}), ["image"]);
    assert.deepStrictEqual(faults({display_name: "😀".repeat(200)}), [], "counted as Python counts");
    assert.deepStrictEqual(faults({display_name: "x".repeat(201)}), ["display_name"]);
    assert.deepStrictEqual(faults({parameters: `a=${"x".repeat(65535)}`}), ["parameters"]);
    assert.deepStrictEqual(faults({parameters: " \n "}), []);
});

test("the request says what the form says", () => {
    assert.deepStrictEqual(form.request({...values, timeout: "90", parameters: "a = 1\n"}, "é/x.ipynb", "id12345678"), {
        notebook_path: "é/x.ipynb", display_name: "train", instance_type: "cpu-1", image: "base-notebook",
        parameters: "a = 1\n", timeout_seconds: 5400, submission_id: "id12345678"
    });
    assert.strictEqual(form.request(values, "x", "y").timeout_seconds, null);
    assert.strictEqual(form.request({...values, timeout: "0"}, "x", "y").timeout_seconds, 0);
});

// The rule as `GET session` hands it on, and the table with which the server is tested: tests/unit/test_preflight.py.
const python = path.join(__dirname, "..", "..", ".venv", "a", "bin", "python");
const rule = JSON.parse(child_process.execFileSync(
    python, ["-c", "import json; from primehub_nbext.preflight.secrets import SECRETS; print(json.dumps(SECRETS))"],
    {cwd: __dirname}
));
const table = JSON.parse(fs.readFileSync(path.join(__dirname, "..", "secrets.json"), "utf8"));
const secrets = (typed) => form.secrets(typed, rule);

test("likely secrets are named, never their values", () => {
    for (const typed of table.secret) {
        const name = typed.split("=")[0];
        assert.deepStrictEqual(secrets(typed), [/^\w+$/.test(name) ? name : "a value"], typed);
        assert.deepStrictEqual(secrets(`a=1; ${typed}\nb=2`), secrets(typed), typed);
    }
    const several = "db_password=x; start=1; API_KEY='y'\nc={token: z}";
    assert.deepStrictEqual(secrets(several), ["db_password", "API_KEY", "c"]);
    assert.deepStrictEqual(secrets("token=a; token=b"), ["token"]);
});

test("no false alarm about a secret", () => {
    assert.deepStrictEqual(secrets(table.harmless.join("\n")), []);
    for (const typed of table.harmless) {
        assert.deepStrictEqual(secrets(typed), [], typed);
    }
});

test("a secret is seen while it is being typed", () => {
    for (const typed of [
        "ghp_abcdefghijklmnopqrst", "x=1; ghp_abcdefghijklmnopqrst", "AKIAIOSFODNN7EXAMPLE", "postgres://u:pw@h"
    ]) {
        assert.deepStrictEqual(secrets(typed), ["a value"], typed);
    }
    for (const typed of [
        "password=\"ab", "password=[ab", "password={a", "password={a: b", "password={a: [b", "password=[a, b} c"
    ]) {
        assert.deepStrictEqual(secrets(typed), ["password"], typed);
    }
    for (const typed of [
        "password=", "password", "password=[", "password={", "password={a:", "=", "==", ";", "'", "{"
    ]) {
        assert.deepStrictEqual(secrets(typed), [], typed);
    }
    assert.deepStrictEqual(secrets("cfg={a: ]}]}; password=x"), ["password"], "the rest is read after a mistake");
    assert.deepStrictEqual(form.secrets("password=x", undefined), [], "a server of another version");
});

test("no text takes long to look through", () => {
    for (const piece of [
        "eyJ-", "a.a.", "://:", "x={", "[", "{a:", "'", "\\", "\"\\", " ", "{ ", "=", ";", "a=", "[\"", "{a:b,", "'a'"
    ]) {
        const begun = process.cpuUsage();
        secrets(`x={${piece.repeat(65000 / piece.length)}`);
        assert.ok(process.cpuUsage(begun).user < 5e6, piece);
    }
});

test("submission ids", () => {
    assert.strictEqual(form.submission_id(new Uint8Array([0, 1, 255])), "0001ff");
});

test("which failures may have made a job all the same", () => {
    for (const code of ["network_down", "submission_unknown", "primehub_timeout"]) {
        assert.ok(form.may_have_arrived({code}), code);
    }
    for (const code of ["quota_exceeded", "submission_not_created", "login_expired", undefined]) {
        assert.ok(!form.may_have_arrived({code}), code);
    }
});
