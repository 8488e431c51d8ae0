// The cells of a job's notebook: the job's progress in; each with its mark, first line and seconds out. A server that
// tells only counts is enough for marks.
define(["./job"], function (job_of) {
    "use strict";

    // States as `progress.cells` has them → how they are told. What is left when a job is over has never run.
    var STATES = {
        done: "done", completed: "done", running: "running", failed: "failed", pending: "later", waiting: "later",
        later: "later", not_run: "later"
    };

    function state_of(cell, over) {
        var state = STATES[cell.state] || "later";
        if (over && (state === "later" || state === "running")) {
            return "never";
        }
        return state;
    }

    function counted(progress) {
        var cells = [];
        for (var n = 1; n <= progress.total; n += 1) {
            var state = n === progress.failed ? "failed" : n === progress.running ? "running" : "later";
            cells.push({state: state === "later" && n <= progress.done ? "done" : state});
        }
        return cells;
    }

    function first_line(source) {
        return (source || "").split("\n").map(function (line) { return line.trim(); }).filter(Boolean)[0] || "";
    }

    // → [{number: from 1, id, state: done, running, failed, later or never; line, seconds: or null,
    // part: of the longest}], [] where nothing is known.
    function of(job) {
        var progress = job_of.progress(job);
        if (!progress) {
            return [];
        }
        var over = job_of.is_over(job);
        var cells = (Array.isArray(progress.cells) ? progress.cells : counted(progress)).map(function (cell, n) {
            return {
                number: n + 1, index: cell.index === undefined ? null : cell.index, id: cell.id || null,
                source: cell.source || null, state: state_of(cell, over),
                line: cell.first_line || cell.line || first_line(cell.source),
                seconds: typeof cell.seconds === "number" ? cell.seconds : null
            };
        });
        var longest = Math.max.apply(null, cells.map(function (cell) { return cell.seconds || 0; }).concat(1));
        cells.forEach(function (cell) { cell.part = (cell.seconds || 0) / longest; });
        return cells;
    }

    return {of: of};
});
