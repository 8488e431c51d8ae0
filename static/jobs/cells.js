// The cells of a job's notebook: the job's progress in; each with its mark, first line and seconds out. A server that
// tells only counts is enough for marks.
define(["./job"], function (job_of) {
    "use strict";

    var STATES = ["done", "running", "failed", "pending", "stopped", "skipped"];

    function counted(progress, over) {
        var cells = [];
        for (var n = 1; n <= progress.total; n += 1) {
            var state = n === progress.failed ? "failed" : n === progress.running ? "running" : null;
            cells.push({state: state || (n <= progress.done ? "done" : over ? "skipped" : "pending")});
        }
        return cells;
    }

    // Of one that runs, counted on from when the server told of it.
    function seconds_of(cell, job, now) {
        if (typeof cell.seconds !== "number") {
            return null;
        }
        return cell.state === "running" && job.heard_at ? cell.seconds + Math.max(0, now - job.heard_at) / 1000
            : cell.seconds;
    }

    // `now` in ms → [{number: from 1, id, crc: of its source, injected: whether papermill put it in, state: of STATES,
    // line: the first of its source, seconds: or null, part: of the longest}], [] where nothing is known.
    function of(job, now) {
        var progress = job_of.progress(job);
        if (!progress) {
            return [];
        }
        var told = Array.isArray(progress.cells) ? progress.cells : counted(progress, job_of.is_over(job));
        var cells = told.map(function (cell, n) {
            return {
                number: n + 1, id: cell.id || null, crc: cell.crc || null, injected: !!cell.injected,
                state: STATES.indexOf(cell.state) >= 0 ? cell.state : "pending", line: (cell.source || "").trim(),
                seconds: seconds_of(cell, job, now)
            };
        });
        var longest = Math.max.apply(null, cells.map(function (cell) { return cell.seconds || 0; }).concat(1));
        cells.forEach(function (cell) { cell.part = (cell.seconds || 0) / longest; });
        return cells;
    }

    return {of: of};
});
