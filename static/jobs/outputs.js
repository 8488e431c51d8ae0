// Outputs of a job, taken over: a job that has ended in; its outputs in those cells of the open notebook that are still
// what ran, unsaved and as little trusted as any from a file, and a way back, out.
define([
    "base/js/namespace", "../api", "../ui/notice", "../words/jobs", "./open_cells"
], function (Jupyter, api, notice, words, open_cells) {
    "use strict";

    var text = words.text;

    function outputs_of(cell) {
        return {
            outputs: cell.output_area.toJSON(), trusted: cell.output_area.trusted, prompt: cell.input_prompt_number
        };
    }

    // The host's own way from a file to the page: what may run there, it decides.
    function set_outputs(cell, from) {
        cell.output_area.clear_output(false, true);
        cell.output_area.trusted = from.trusted;
        cell.output_area.fromJSON(from.outputs, {});
        cell.set_input_prompt(from.prompt);
    }

    // nbformat writes texts in lines; JSON of a mime bundle is no text, whatever it is a list of.
    function joined(output) {
        function text_of(value) {
            return Array.isArray(value) && value.every(function (each) { return typeof each === "string"; })
                ? value.join("") : value;
        }
        var whole = Object.assign({}, output);
        if (whole.text !== undefined) {
            whole.text = text_of(whole.text);
        }
        if (whole.data) {
            whole.data = {};
            Object.keys(output.data).forEach(function (mime) {
                whole.data[mime] = /[/+]json$/.test(mime) ? output.data[mime] : text_of(output.data[mime]);
            });
        }
        return whole;
    }

    function summary(filled, edited, total, left) {
        if (!filled) {
            return text("outputs_none");
        }
        var said = text(edited ? "outputs_edited" : "outputs_done", {filled: filled, total: total, edited: edited});
        return left ? said + " " + text("outputs_left", {left: left}) : said;
    }

    // answer: {cells: [{id, crc, injected, outputs: nbformat's or null where they are too large, execution_count}]}
    // → {said, undo(): as it was before}
    function fill(answer) {
        var cells = answer.cells.filter(function (cell) { return !cell.injected; });
        var matched = open_cells.matched_with(cells).filter(function (each) { return each.cell; });
        var same = matched.filter(function (each) { return !each.edited && Array.isArray(each.cell.outputs); });
        var left = matched.filter(function (each) { return !each.edited && !Array.isArray(each.cell.outputs); });
        var before = same.map(function (each) { return {cell: each.open, was: outputs_of(each.open)}; });
        same.forEach(function (each) {
            set_outputs(each.open, {
                outputs: each.cell.outputs.map(joined), trusted: false, prompt: each.cell.execution_count
            });
        });
        if (same.length) {
            Jupyter.notebook.set_dirty(true);
        }
        return {
            said: summary(same.length, matched.length - same.length - left.length, cells.length, left.length),
            filled: same.length,
            undo: function () {
                before.forEach(function (each) { set_outputs(each.cell, each.was); });
                Jupyter.notebook.set_dirty(true);
            }
        };
    }

    // on(said, undo or null) hears what came of it; → a promise.
    function put(job, on) {
        return api.job_output(job.id).then(function (answer) {
            var done = fill(answer);
            on(done.said, done.filled ? done.undo : null);
        }, function (error) {
            var said = words.describe(error);
            notice.tell("danger", [said.message, said.hint].filter(Boolean).join(" "), function () {});
        });
    }

    return {put: put, fill: fill};
});
