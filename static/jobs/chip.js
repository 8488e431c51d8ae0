// The chip in the notification area: the jobs of this notebook that somebody waits for in; at most 28 characters about
// them out, what they mean in full, and which of them a click opens.
define(["../words/jobs", "../words/times", "./explain", "./job"], function (words, times, explain, job_of) {
    "use strict";

    var text = words.text;
    var ROOM = 28; // characters

    // The sentence with the name cut in its middle, so that both ends can be told apart: "train lr…0.01 3/20".
    function fitted(key, name, values) {
        function with_name(short) {
            return text(key, Object.assign({name: short}, values));
        }
        var letters = Array.from(name);
        var room = ROOM - Array.from(with_name("")).length;
        if (letters.length <= room) {
            return with_name(name);
        }
        var head = Math.ceil((room - 1) / 2);
        var tail = Math.floor((room - 1) / 2);
        return with_name(letters.slice(0, head).join("") + "…" + letters.slice(letters.length - tail).join(""));
    }

    function one(job, now) {
        var progress = job_of.progress(job);
        var failure = job_of.failure(job);
        var state = job_of.state(job);
        var name = job_of.name(job);
        if (state === "running") {
            return progress ? fitted("chip_running", name, progress) : fitted("chip_started", name);
        }
        if (state === "succeeded") {
            return fitted("chip_succeeded", name, {time: times.length(job_of.seconds(job, now) || 0)});
        }
        if (state === "failed") {
            return failure && failure.cell ? fitted("chip_failed_cell", name, {cell: failure.cell})
                : fitted("chip_failed", name);
        }
        if (state === "cancelled" || state === "unknown") {
            return fitted("chip_" + state, name);
        }
        return fitted("chip_waiting", name);
    }

    // A submission of which nobody knows yet whether it became a job.
    function in_doubt(name) {
        return {
            text: fitted("chip_doubt", name), label: text("chip_doubt_label", {name: name}), state: "unknown",
            job: null, in_doubt: true
        };
    }

    // jobs: oldest first; doubts: the names of submissions in doubt. → {text, label, state, job: the one to open or
    // null for the list, in_doubt: whether a submission is to be opened instead}, or null without any.
    // What has ended comes first: it is what somebody waits to hear; and then what is in doubt.
    function of(jobs, now, doubts) {
        var ended = jobs.filter(job_of.is_over);
        if (doubts && doubts.length && !ended.length) {
            return in_doubt(doubts[doubts.length - 1]);
        }
        if (!jobs.length) {
            return null;
        }
        if (!ended.length && jobs.length > 1) {
            return {
                text: text("chip_many", {count: jobs.length}), label: text("chip_many_label", {count: jobs.length}),
                state: "running", job: null
            };
        }
        var job = ended.length ? ended[ended.length - 1] : jobs[jobs.length - 1];
        return {
            text: one(job, now), state: job_of.state(job), job: job,
            label: text("chip_label", {name: job_of.name(job), why: explain.sentence(job, null, now)})
        };
    }

    return {of: of};
});
