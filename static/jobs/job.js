// A job, as docs/rest-api.md describes it, in; what it comes to out: its state, how long, how far.
define([], function () {
    "use strict";

    // PrimeHub's phase → the state that a person is told of.
    var STATES = {
        Pending: "waiting", Preparing: "starting", Running: "running", Succeeded: "succeeded", Failed: "failed",
        Cancelled: "cancelled", Unknown: "unknown"
    };
    var OVER = ["succeeded", "failed", "cancelled"];
    // A shape for each, so that nobody has to tell colours apart.
    var MARKS = {
        waiting: "◌", starting: "○", running: "●", succeeded: "✓", failed: "✕", cancelled: "⊘", unknown: "?"
    };

    function state(job) {
        return Object.prototype.hasOwnProperty.call(STATES, job.phase) ? STATES[job.phase] : "unknown";
    }

    function is_over(job) {
        return OVER.indexOf(state(job)) >= 0;
    }

    // A time as PrimeHub writes it → ms, or null.
    function moment(written) {
        var at = written ? Date.parse(written) : NaN;
        return isNaN(at) ? null : at;
    }

    // How long it ran, or has run by `now` (ms): in seconds, or null where it did not start.
    function seconds(job, now) {
        var began = moment(job.start_time);
        var ended = moment(job.finish_time);
        if (began === null || (ended === null && is_over(job))) {
            return null;
        }
        return Math.max(0, ((ended === null ? now : ended) - began) / 1000);
    }

    // When it began, or else when it was made, in ms, or null.
    function since(job) {
        var began = moment(job.start_time);
        return began === null ? moment(job.create_time) : began;
    }

    // {total, done, running, failed}, the last two as positions from 1 or null; null where nothing is known yet.
    function progress(job) {
        var known = job.progress;
        return known && typeof known.total === "number" && known.total > 0 ? known : null;
    }

    // What is left of it, judged by an earlier run: {seconds, from: that job's id}, or null.
    function left(job, now) {
        var known = progress(job);
        if (!known || typeof known.estimate_seconds !== "number" || is_over(job)) {
            return null;
        }
        var passed = job.heard_at ? Math.max(0, now - job.heard_at) / 1000 : 0;
        return passed < known.estimate_seconds
            ? {seconds: known.estimate_seconds - passed, from: known.estimate_from} : null;
    }

    // What went wrong in which cell: {cell: its position among the code cells from 1, as `progress` counts them; name,
    // value, traceback: a text}, or null.
    function failure(job) {
        var known = job.failure;
        var at = job.progress && job.progress.failed;
        if (!known && !at) {
            return null;
        }
        known = known || {};
        return {
            cell: at || null, name: known.name || null, value: known.value || null,
            traceback: known.traceback || null
        };
    }

    function name(job) {
        return job.display_name || job.id;
    }

    return {
        state: state, is_over: is_over, MARKS: MARKS, seconds: seconds, since: since, progress: progress,
        left: left, failure: failure, name: name
    };
});
