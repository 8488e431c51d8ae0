// The tab "Progress": a job, again and again, in; its cells with marks, first lines and times on one scale out, the one
// that failed opened with its traceback.
define(["jquery", "../words/jobs", "../words/times", "./cells", "./job", "./traceback"], function (
    $, words, times, cells_of, job_of, traceback
) {
    "use strict";

    var text = words.text;
    var MARKS = {done: "✓", running: "◔", failed: "✕", pending: "·", stopped: "◼", skipped: "·"};

    function label_of(cell) {
        var filled = {
            cell: cell.number, state: text("cell_" + cell.state),
            time: cell.seconds === null ? "" : times.cell_length(cell.seconds)
        };
        return text(cell.seconds === null ? "cell_label" : "cell_label_time", filled);
    }

    function new_row() {
        var row = {
            mark: $("<span>").addClass("primehub-cell-mark").attr("aria-hidden", "true"),
            said: $("<span>").addClass("sr-only"),
            line: $("<code>").addClass("primehub-cell-line"),
            time: $("<span>").addClass("primehub-cell-time").attr("aria-hidden", "true"),
            fill: $("<span>"), element: $("<li>")
        };
        row.element.append(row.mark, row.said, row.line,
            $("<span>").addClass("primehub-cell-scale").attr("aria-hidden", "true").append(row.fill), row.time);
        return row;
    }

    function set_text(element, words_now) {
        if (element.text() !== words_now) {
            element.text(words_now);
        }
    }

    function fill(row, cell) {
        row.element.attr("class", "primehub-cell primehub-cell-" + cell.state);
        set_text(row.mark, MARKS[cell.state]);
        set_text(row.said, label_of(cell));
        set_text(row.line, cell.line || text("cell_no_source", {cell: cell.number}));
        row.line.attr("title", cell.line || null).toggleClass("primehub-cell-unknown", !cell.line);
        set_text(row.time, cell.seconds === null ? "" : times.cell_length(cell.seconds));
        row.fill.css("width", 100 * cell.part + "%");
    }

    function nothing_yet(job) {
        if (!job_of.is_over(job)) {
            return text("cells_waiting");
        }
        return text(job_of.state(job) === "succeeded" ? "cells_unknown" : "cells_none");
    }

    // element: an empty one, which is filled. → {element, update(job)}
    function create(element) {
        var note = $("<p>").addClass("primehub-cells-note text-muted");
        var list = $("<ol>").addClass("primehub-cells").attr("aria-label", text("cells_list"));
        var rows = [];
        var opened = null; // what the traceback was made of

        function show_failure(job) {
            var failure = job_of.failure(job);
            var made_of = JSON.stringify(failure);
            if (!failure || !failure.cell || !failure.traceback || made_of === opened || !rows[failure.cell - 1]) {
                return;
            }
            opened = made_of;
            list.find(".primehub-traceback").remove();
            rows[failure.cell - 1].element.append(traceback.make(failure).attr({
                role: "group", "aria-label": text("cell_traceback", {cell: failure.cell}), tabindex: "0"
            }));
        }

        function update(job) {
            var cells = cells_of.of(job, Date.now());
            note.text(cells.length ? "" : nothing_yet(job)).toggle(!cells.length);
            list.toggle(!!cells.length);
            while (rows.length > cells.length) {
                rows.pop().element.remove();
            }
            while (rows.length < cells.length) {
                rows.push(new_row());
                list.append(rows[rows.length - 1].element);
            }
            cells.forEach(function (cell, n) { fill(rows[n], cell); });
            show_failure(job);
        }

        return {element: element.append(note, list), update: update};
    }

    return {create: create};
});
