// Values to take again: the last submission of the notebook, and its jobs, in; a button that lists them, and the text
// of parameters of the one that is chosen, out.
define([
    "jquery", "../jobs/parameter_text", "../ui/elements", "../words/parameters"
], function ($, parameter_text, elements, words) {
    "use strict";

    var text = words.text;

    // from: {last: text of the last submission or null, jobs() → promise of jobs, job(id) → promise of one of them with
    // all its parameters}; take(text) hears what was chosen.
    // → {toggle: the button, list: what it unfolds}
    function make(id, from, take) {
        var list = $("<ul>").attr({id: id, hidden: ""}).addClass("primehub-values");
        var said = $("<p>").attr("role", "status").addClass("primehub-values-said");
        var asked = 0;
        var box = $("<div>").append(list, said);
        var toggle = elements.button(id + "_toggle", text("values_of"), function () {
            open(toggle.attr("aria-expanded") !== "true");
        }, "btn-default btn-xs").attr({"aria-expanded": "false", "aria-controls": id}).append(
            " ", $("<span>").addClass("caret").attr("aria-hidden", "true")
        );

        function open(whether) {
            asked += 1;
            toggle.attr("aria-expanded", String(whether));
            list.prop("hidden", !whether);
            said.text("");
            if (whether) {
                fill();
            }
        }

        function choose(name, values) {
            open(false);
            take(values);
            said.text(text("values_taken", {name: name}));
            toggle.trigger("focus");
        }

        function entry(name, details, title, on_click) {
            return $("<li>").append(elements.button(null, name, on_click, "btn-link btn-xs").attr("title", title)
                .append(details ? [" ", $("<bdi>").addClass("text-muted").text(details)] : null));
        }

        function of_job(job) {
            var name = job.display_name || job.id;
            var when = job.create_time ? new Date(job.create_time).toLocaleString() : "";
            return entry(name, parameter_text.of(job), when, function () {
                var number = asked += 1;
                said.text(text("values_loading"));
                from.job(job.id).then(function (whole) {
                    if (number === asked) {
                        choose(name, parameter_text.of(whole));
                    }
                }, failed(number));
            });
        }

        function failed(number) {
            return function (error) {
                if (number === asked) {
                    said.text(words.describe(error).message);
                }
            };
        }

        function fill() {
            var number = asked;
            list.empty().append(
                entry(text("values_notebook"), "", "", function () { choose(text("values_notebook"), ""); }),
                typeof from.last === "string" ? entry(text("values_last"), from.last, from.last, function () {
                    choose(text("values_last"), from.last);
                }) : null
            );
            said.text(text("values_loading"));
            from.jobs().then(function (jobs) {
                if (number === asked) {
                    list.append(jobs.map(of_job));
                    said.text(jobs.length ? "" : text("values_no_jobs"));
                }
            }, failed(number));
        }

        // The dialog stays: only the list is left.
        box.add(toggle).on("keydown", function (event) {
            if (event.key === "Escape" && toggle.attr("aria-expanded") === "true") {
                event.stopPropagation();
                open(false);
                toggle.trigger("focus");
            }
        });
        return {toggle: toggle, list: box};
    }

    return {make: make};
});
