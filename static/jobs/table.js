// The table of jobs: jobs, newest first, in; rows, and which of them somebody opens, out. Only what has changed is
// drawn anew, so that some hundred rows stay quick and the focus stays where it is.
define(["jquery", "../words/jobs", "../words/times", "./job", "./parameter_text", "./pieces"], function (
    $, words, times, job_of, parameter_text, pieces
) {
    "use strict";

    var text = words.text;
    var COLUMNS = ["state", "name", "parameters", "progress", "started", "duration", "instance", "user"];

    function cell(column, content) {
        return $("<td>").attr("role", "cell").addClass("primehub-column-" + column).append(content);
    }

    function plain(value) {
        return $("<span>").attr("title", value || null).text(value || "");
    }

    // All that a row shows: where it is the same, the row is.
    function signature(job, now) {
        var began = times.read(job.start_time || job.create_time);
        return JSON.stringify([
            job.phase, job.display_name, job.progress, job.failure && job.failure.name, job.start_time,
            job.finish_time, job.user, pieces.duration(job, now),
            began && times.ago(began, now)
        ]);
    }

    function fill(row, job, now) {
        // The only thing in a row that takes the focus; it stays the same element, since it may have it.
        row.button.text(job_of.name(job)).attr("title", job_of.name(job));
        row.name.detach();
        row.element.empty().append(
            cell("state", pieces.state(job)), row.name, cell("parameters", plain(parameter_text.of(job))),
            cell("progress", pieces.progress(job)),
            cell("started", pieces.moment(job.start_time || job.create_time, now)),
            cell("duration", plain(pieces.duration(job, now))), cell("instance", plain(job.instance_type)),
            cell("user", plain(job.user))
        );
    }

    // on_open(job) → {element, show(jobs, now in ms), focus(id or nothing)}
    function make(on_open) {
        var body = $("<tbody>").attr("role", "rowgroup");
        var element = $("<table>").addClass("table primehub-jobs")
            .attr({role: "table", "aria-label": text("jobs_table")}).append(
                $("<thead>").attr("role", "rowgroup").append($("<tr>").attr("role", "row").append(
                    COLUMNS.map(function (name) {
                        return $("<th>").attr({role: "columnheader", scope: "col"})
                            .addClass("primehub-column-" + name).text(text("column_" + name));
                    })
                )), body
            );
        var rows = new Map(); // id → {element, name, button, job, signature}
        var order = [];

        function new_row(id) {
            var button = $("<button>").addClass("btn btn-link primehub-job-name")
                .attr({type: "button", tabindex: "-1", "data-job": id});
            return {
                element: $("<tr>").attr("role", "row"), name: cell("name", button), button: button, job: null,
                signature: null
            };
        }

        // One stop for Tab in all of the table; from there the arrows go on.
        function stop_at(id) {
            rows.forEach(function (row, each) { row.button.attr("tabindex", each === id ? "0" : "-1"); });
        }

        function show(jobs, now) {
            var had = $(document.activeElement).data("job");
            var wanted = jobs.map(function (job) { return job.id; });
            rows.forEach(function (row, id) {
                if (wanted.indexOf(id) < 0) {
                    row.element.remove();
                    rows.delete(id);
                }
            });
            jobs.forEach(function (job) {
                var row = rows.get(job.id) || new_row(job.id);
                var signed = signature(job, now);
                rows.set(job.id, row);
                row.job = job;
                if (row.signature !== signed) {
                    row.signature = signed;
                    fill(row, job, now);
                }
            });
            if (wanted.join() !== order.join()) {
                order = wanted;
                body.append(order.map(function (id) { return rows.get(id).element; }));
            }
            if (order.length && !body.find("[tabindex='0']").length) {
                stop_at(order[0]);
            }
            if (had && rows.has(had) && document.activeElement !== rows.get(had).button[0]) {
                focus(had);
            }
        }

        function focus(id) {
            var row = rows.get(id) || rows.get(order[0]);
            if (row) {
                stop_at(row.job.id);
                row.button.trigger("focus");
            }
        }

        body.on("click", "tr", function (event) {
            // Text that was selected is to be copied, not opened.
            if (String(window.getSelection()) && !$(event.target).is("button")) {
                return;
            }
            on_open(rows.get($(this).find("[data-job]").data("job")).job);
        });
        body.on("keydown", "[data-job]", function (event) {
            var at = order.indexOf($(this).data("job"));
            var to = {
                ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1, PageDown: at + 10, PageUp: at - 10
            }[event.key];
            if (to !== undefined) {
                event.preventDefault();
                focus(order[Math.max(0, Math.min(order.length - 1, to))]);
            }
        });
        return {element: element, show: show, focus: focus};
    }

    return {make: make};
});
