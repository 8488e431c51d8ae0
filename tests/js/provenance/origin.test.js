// Where an output notebook comes from, by what its metadata say, whoever wrote them.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const origin = loader({})("./provenance/origin");
const PAPERMILL = {
    version: "2.6.0", output_path: "./train-job-1-output.ipynb", input_path: "/home/jovyan/phusers/s/train.ipynb",
    start_time: "2026-11-24T10:00:00", duration: 61.5, parameters: {lr: 0.1}
};
const SUBMISSION = {
    notebook_path: "phusers/train.ipynb", display_name: "train", instance_type: "gpu-1", image: "tf", user: "alice",
    at: 1795521347.5, versions: {primehub_nbext: "0.2"}, repository: {commit: "c0ffee", branch: "main", dirty: true}
};

test("what a job wrote into its output", () => {
    const found = origin.of({
        papermill: PAPERMILL, language_info: {version: "3.11"}, kernelspec: {display_name: "Python 3"},
        primehub: {
            job: "job-1", user: "bob", group: "phusers", instance_type: "cpu-1", image: "base", snapshot: "/s",
            submission: SUBMISSION
        }
    }, "phusers/train-job-1-output.ipynb");
    assert.deepEqual(found, {
        job: "job-1", name: "train", source: "phusers/train.ipynb", user: "bob", group: "phusers",
        instance_type: "cpu-1", image: "base", submitted_by: "alice", submitted_at: 1795521347.5,
        started: "2026-11-24T10:00:00", seconds: 61.5, parameters: {lr: 0.1},
        repository: {commit: "c0ffee", branch: "main", dirty: true}, snapshot: "/s",
        versions: [["papermill", "2.6.0"], ["Python 3", "3.11"], ["primehub_nbext", "0.2"]]
    });
});

test("a job that was stopped has left what papermill wrote", () => {
    const found = origin.of({papermill: PAPERMILL}, "phusers/a/train-job-1-output.ipynb");
    assert.equal(found.job, "job-1");
    assert.equal(found.source, "phusers/a/train.ipynb");
    assert.equal(found.snapshot, PAPERMILL.input_path);
    assert.equal(found.repository, null);
});

test("a notebook that no job wrote", () => {
    assert.equal(origin.of({}, "phusers/train.ipynb"), null);
    assert.equal(origin.of({papermill: {version: "2.6.0", output_path: "out.ipynb"}}, "phusers/out.ipynb"), null);
});

test("anything may stand in a file", () => {
    for (const odd of [null, 7, "x", [], {}, {job: 5}, {job: "j", submission: "x"}]) {
        for (const papermill of [null, [], "x", {parameters: [], duration: "x", start_time: 5}]) {
            const found = origin.of({primehub: odd, papermill, kernelspec: 5, language_info: []}, "x.ipynb");
            assert.ok(found === null || (found.job === "j" && found.submitted_at === null && !found.versions.length));
        }
    }
});

test("a name that was made to be read for hours", () => {
    const output_path = "-job-a".repeat(200000);
    assert.equal(origin.of({papermill: {version: "2", output_path}}, "x.ipynb"), null);
});
