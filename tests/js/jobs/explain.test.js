// Why a job is as it is, from PrimeHub's phases, reasons and messages, in a sentence.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");
const {at, job, progress} = require("./given.js");

const explain = loader({})("./jobs/explain");

const RESOURCES = {
    instance_types: [{name: "gpu-1", display_name: "GPU 1", cpu: 4, memory_gb: 16, gpu: 1}],
    quota: {cpu: 8, memory_gb: 32, gpu: 2}, usage: {cpu: 1, memory_gb: 2, gpu: 2}
};
const ERROR = "Job failed due to Error: Traceback…\n\nThe notebook failed: ValueError: no data\n\n\n" +
    "The notebook failed: ValueError: no data\nArtifacts: no artifact found\n";

// What PrimeHub says of a job, → the sentence.
const SAID = [
    [{phase: "Pending", reason: null, message: null}, "Waiting for PrimeHub to give it its turn."],
    [{phase: "Pending", reason: "OverQuota", message: "Back to pending due to: insufficient group/user quota"},
        "Waiting: the group's GPU quota is in use (2 of 2; this job needs 1)."],
    [{phase: "Pending", reason: "PodPending", message: "Back to pending due to: no such image"},
        "Its container could not be started in three minutes, so PrimeHub tries again: no such image"],
    [{phase: "Preparing", reason: "OverQuota", message: "Insufficient group/user quota"},
        "Its turn has come; PrimeHub prepares its container."],
    [{phase: "Preparing", reason: "PodPending", message: "containers with unready status: [main]"},
        "Starting its container; the first time on a computer, the image has to be fetched."],
    [{phase: "Preparing", reason: "PodPending", message: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."},
        "Waiting for a computer with enough room: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu."],
    [{}, "Running."],
    [{progress: progress(0, 5)}, "Starting the notebook's kernel."],
    [{progress: progress(2, 5, {running: 3})}, "Running cell 3 of 5."],
    [{phase: "Succeeded", progress: progress(5, 5)}, "All 5 cells ran."],
    [{phase: "Succeeded"}, "The notebook ran to its end."],
    [{phase: "Succeeded", runs_as: "job-2"}, "Ended at once, as it should: job job-2 runs this notebook."],
    [{phase: "Failed", reason: "PodFailed", message: "Job failed due to OOMKilled: …"},
        "Out of memory: the 16 GB of GPU 1 were not enough."],
    [{phase: "Failed", reason: "OverActivateDeadline", message: "Job failed due to System Error: …"},
        "Stopped at its time limit."],
    [{phase: "Failed", reason: "OverActivateDeadline", timeout_seconds: 3600}, "Stopped at the time limit of 1 hour."],
    [{phase: "Failed", reason: "PodFailed", message: ERROR, progress: progress(3, 5, {failed: 4})},
        "Cell 4 failed: ValueError: no data"],
    [{phase: "Failed", progress: progress(3, 5, {failed: 4}), failure: {cell: 5, name: "KeyError", value: "'a'\nb"}},
        "Cell 4 failed: KeyError: 'a'"],
    [{phase: "Failed", reason: "PodFailed", message: "Job failed due to Error: The kernel died. Perhaps …\n"},
        "The kernel died. Perhaps the instance type has too little memory."],
    [{phase: "Failed", reason: "PodFailed", message: "Job failed due to Error: Snapshot is gone.\nArtifacts: no …\n"},
        "It failed: Snapshot is gone."],
    [{phase: "Failed", reason: "PodCreationFailed", message: "Image not found: torch"},
        "PrimeHub could not start it: Image not found: torch"],
    [{phase: "Failed", reason: "OverRequeueLimit", message: "Job failed due to System Error: …"},
        "PrimeHub has given up: its container could not be started, several times."],
    [{phase: "Failed", reason: null, message: null}, "It failed; the log says why."],
    [{phase: "Cancelled", reason: "Cancelled", progress: progress(2, 5)}, "Cancelled while cell 3 of 5 ran."],
    [{phase: "Cancelled", start_time: null}, "Cancelled."],
    [{phase: "Unknown", reason: "PodUnknown", message: "[NodeLost] …"},
        "PrimeHub has lost sight of it: the computer it runs on does not answer."],
    [{phase: "constructor"}, "PrimeHub says no more of it than “constructor”."]
];

for (const [changes, sentence] of SAID) {
    test(sentence, () => assert.strictEqual(explain.sentence(job(changes), RESOURCES, at(60)), sentence));
}

test("every new job is over quota for a moment, which is no news", () => {
    const fresh = job({phase: "Pending", reason: "OverQuota", message: "Insufficient group/user quota"});
    assert.match(explain.sentence(fresh, RESOURCES, at(5)), /its turn/);
    assert.match(explain.sentence(fresh, RESOURCES, at(20)), /GPU quota is in use/);
    assert.match(explain.sentence(fresh, null, at(20)), /your quota, or that of the group/);
});

test("a message of any length is cut", () => {
    const long = job({phase: "Failed", reason: "PodFailed", message: "x".repeat(5000)});
    assert.ok(explain.sentence(long, null, at(60)).length < 400);
});
