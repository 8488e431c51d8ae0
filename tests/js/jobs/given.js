// Jobs, as the server tells of them.
"use strict";

const JOB = {
    id: "job-1", display_name: "train", phase: "Running", reason: "PodRunning", message: "Job is currently running",
    notebook_path: "group/a.ipynb", output_path: "group/a-job-1-output.ipynb", parameters: {lr: 0.1},
    parameters_text: {lr: "0.1"},
    instance_type: "gpu-1", image: "torch", user: "alice", create_time: "2026-11-22T10:30:00Z",
    start_time: "2026-11-22T10:30:10Z", finish_time: null, progress: null, failure: null, runs_as: null
};

const job = (changes) => ({...JOB, ...changes});
const at = (seconds) => Date.parse(JOB.create_time) + 1000 * seconds;
const progress = (done, total, more) => ({total, done, running: null, failed: null, ...more});

module.exports = {job, at, progress};
