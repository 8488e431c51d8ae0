// Marks on the cells of the open notebook: a job to follow in; how each cell fares in it, beside the cell, and a bar
// above the notebook, out. They are in the page alone: no file, print or export ever has them.
define([
    "jquery", "base/js/namespace", "../ui/elements", "../words/jobs", "../words/times", "./job", "./live",
    "./open_cells", "./outputs", "./traceback"
], function ($, Jupyter, elements, words, times, job_of, live, open_cells, outputs, traceback) {
    "use strict";

    var text = words.text;
    var TICK = 1000; // ms in which what is edited is noticed
    var following = null; // {job, watch, timer, bar, stop}

    function mark_text(cell, edited, job) {
        if (edited) {
            return text("mark_edited");
        }
        var time = cell.seconds === null ? "" : times.cell_length(cell.seconds);
        if (cell.state === "failed") {
            return text("mark_failed", {name: (job_of.failure(job) || {}).name || text("cell_failed")});
        }
        return text(cell.state === "done" && !time ? "mark_done_plain" : "mark_" + cell.state, {time: time}).trim();
    }

    function unmark(element) {
        element.removeClass(function (_n, names) {
            return (names.match(/primehub-marked\S*/g) || []).join(" ");
        }).find(".primehub-cell-note, .primehub-cell-trace").remove();
    }

    function toggle_traceback(element, note, failure) {
        var there = element.find(".primehub-cell-trace");
        if (there.length) {
            there.remove();
        } else if (failure) {
            traceback.make(failure).addClass("primehub-cell-trace").attr({
                tabindex: "0", role: "group", "aria-label": text("cell_traceback", {cell: failure.cell})
            }).insertAfter(element.children(".input"));
        }
        note.attr("aria-expanded", String(!there.length && !!failure));
    }

    // A button in a cell, or above the notebook, keeps its keys: to the keyboard manager Enter is edit mode.
    function keep_keys(element) {
        return element.on("keydown", function (event) {
            if (event.key === "Enter" || event.key === " ") {
                event.stopPropagation();
            }
        });
    }

    function failed_note(element) {
        var note = $("<button>").attr({type: "button", title: text("mark_show"), "aria-expanded": "false"});
        return keep_keys(note).on("click", function () {
            toggle_traceback(element, note, job_of.failure(following.job));
        });
    }

    function draw_mark(each, job) {
        var element = each.open.element;
        var state = each.edited ? "edited" : each.cell.state;
        var said = mark_text(each.cell, each.edited, job);
        var note = element.find(".primehub-cell-note");
        if (!element.hasClass("primehub-marked-" + state)) {
            unmark(element);
            element.addClass("primehub-marked primehub-marked-" + state);
            note = state === "failed" ? failed_note(element) : $("<span>");
            element.find(".inner_cell").first().append(note.addClass("primehub-cell-note"));
        }
        if (note.text() !== said) {
            note.text(said);
        }
    }

    function draw() {
        var job = following.job;
        open_cells.matched(job).forEach(function (each) {
            if (each.cell) {
                draw_mark(each, job);
            } else {
                unmark(each.open.element);
            }
        });
        var progress = job_of.progress(job);
        var running = progress && job_of.state(job) === "running";
        var said = text("follow_bar", {
            name: job_of.name(job),
            state: running ? text("progress_of", progress) : text("state_" + job_of.state(job))
        });
        if (following.words.text() !== said) {
            following.words.text(said);
        }
        following.put.toggle(job_of.is_over(job) && !!progress);
    }

    function stop() {
        if (!following) {
            return;
        }
        window.clearInterval(following.timer);
        following.watch.stop();
        following.bar.remove();
        following = null;
        Jupyter.notebook.get_cells().forEach(function (cell) { unmark(cell.element); });
        Jupyter.notebook.focus_cell();
    }

    // What came of it is said in the bar, with the way back, until something else is.
    function take_outputs() {
        var of = following;
        elements.working(of.put, text("outputs_getting"));
        outputs.put(of.job, function (said, undo) {
            var way_back = undo && elements.button("primehub_follow_undo", text("outputs_undo"), function () {
                undo();
                of.told.empty().append($("<span>").text(text("outputs_undone")));
            }, "btn-default btn-xs");
            of.told.empty().append($("<span>").text(said), " ", way_back);
        }).then(function () { elements.working(of.put, null); });
    }

    function make_bar() {
        following.told = $("<span>").addClass("primehub-follow-told").attr("role", "status");
        following.words = $("<span>").addClass("primehub-follow-words");
        following.put = elements.button("primehub_follow_outputs", text("outputs_here"), function () {
            take_outputs();
        }, "btn-default btn-xs");
        following.bar = keep_keys($("<div>").attr({
            id: "primehub_follow_bar", role: "region", "aria-label": text("follow")
        }).append(
            following.words, following.told, following.put,
            elements.button("primehub_follow_stop", text("follow_stop"), stop, "btn-default btn-xs")
        ));
        $("#notebook").prepend(following.bar);
    }

    // Another job takes the place of one that was followed.
    function follow(job) {
        stop();
        following = {job: job};
        make_bar();
        draw();
        following.timer = window.setInterval(draw, TICK);
        following.watch = live.watch([job.id], {
            job: function (now) {
                if (following && now) {
                    following.job = now;
                    draw();
                }
            }
        });
    }

    return {
        follow: follow, take_outputs: take_outputs,
        is_followed: function (id) { return !!following && following.job.id === id; }
    };
});
