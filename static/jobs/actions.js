// What can be done with a job: the job and where its detail is shown in; buttons, the likeliest last and marked, out.
define([
    "jquery", "base/js/namespace", "../api", "../submit/submission_id", "../ui/elements", "../ui/notice",
    "../words/jobs", "./cell_marks", "./job", "./links", "./parameter_text",
    "./status_area"
], function (
    $, Jupyter, api, submission_id, elements, notice,
    words, cell_marks, job_of, links, parameter_text, status_area
) {
    "use strict";

    var text = words.text;

    function is_here(job) {
        return job.notebook_path === Jupyter.notebook.notebook_path;
    }

    // What the submit dialog would have had, for this job to come of it.
    function form_values(job) {
        var limit = job.timeout_seconds;
        var in_hours = limit > 0 && limit % 3600 === 0;
        return {
            display_name: job.display_name || "", instance_type: job.instance_type || undefined,
            image: job.image || undefined, parameters: parameter_text.of(job),
            timeout: typeof limit === "number" ? String(limit / (in_hours ? 3600 : 60)) : "",
            timeout_unit: in_hours ? "hours" : "minutes"
        };
    }

    // at: {job(): as it is now, say(notice or null, focus): shows a notice above all else, open(job, notice): shows
    // another job's detail, edit(values): opens the form, compare(job): shows it beside
    // others, changed(job or null): it is another by now,
    // close()}
    // → {buttons(job) → [elements]}
    function create(at) {
        function failed(button) {
            return function (error) {
                elements.working(button, null);
                at.say(notice.error_box(error, []));
            };
        }

        // --- cancel ------------------------------------------------------------------------------------------------

        function cancel_now(button) {
            elements.working(button, text("cancelling"));
            api.cancel_job(at.job().id).then(function (job) {
                at.say(null);
                at.changed(job);
            }, function (error) {
                if (error.code === "job_already_over") {
                    at.say(notice.make("info", "status").text(text("cancel_too_late")));
                    at.changed(null);
                } else {
                    failed(button)(error);
                }
            });
        }

        function ask_to_cancel() {
            var yes = elements.button("primehub_cancel_yes", text("cancel_yes"), function () {
                cancel_now(yes);
            }, "btn-danger");
            var no = elements.button("primehub_cancel_no", text("cancel_no"), function () { at.say(null); });
            at.say(notice.make("warning", "alert").append(
                $("<p>").text(text("cancel_sure", {name: job_of.name(at.job())})),
                $("<p>").addClass("primehub-choices").append(no, yes)
            ), no);
        }

        function watch(job) {
            if (is_here(job)) {
                status_area.watch(job.notebook_path, job);
            }
        }

        // --- again -------------------------------------------------------------------------------------------------

        // The job that keeps the limit takes the place of the one that lost it.
        function keep_limit(job, dropped, button) {
            var request = Object.assign({submission_id: submission_id.fresh().id}, dropped.submit_again);
            elements.working(button, text("running_again"));
            api.cancel_job(job.id).catch(function (error) {
                if (error.code !== "job_already_over") {
                    throw error;
                }
            }).then(function () { return api.submit(request); }).then(function (answer) {
                status_area.forget(job.id);
                watch(answer.job);
                at.open(answer.job, notice.make("info", "status").text(text("rerun_kept", {
                    limit: words.duration(dropped.seconds)
                })));
            }).catch(failed(button));
        }

        function what_was_rerun(job) {
            var dropped = job.time_limit_dropped;
            if (!dropped) {
                return notice.make("info", "status").text(text("rerun_done"));
            }
            var box = notice.make("warning", "status").append(
                $("<p>").text(text("rerun_done")),
                $("<p>").text(text("rerun_limit", {limit: words.duration(dropped.seconds)}))
            );
            if (dropped.submit_again) {
                var keep = elements.button("primehub_rerun_keep", text("rerun_keep"), function () {
                    keep_limit(job, dropped, keep);
                }).attr("title", text("rerun_keep_help"));
                box.append($("<p>").addClass("primehub-choices").append(keep));
            }
            return box;
        }

        function run_again(button) {
            elements.working(button, text("running_again"));
            api.rerun_job(at.job().id).then(function (job) {
                watch(job);
                at.open(job, what_was_rerun(job));
            }).catch(failed(button));
        }

        // --- the buttons -------------------------------------------------------------------------------------------

        function open_page(id, label, path) {
            return $("<a>").addClass("btn btn-sm btn-default").attr({
                id: id, href: links.notebook(path), target: "_blank", rel: "noopener noreferrer",
                title: words.text("opens_new_tab")
            }).text(text(label));
        }

        // Beside the cells themselves: the dialog makes room for them.
        function follow_button(job) {
            return elements.button("primehub_job_follow", text("follow"), function () {
                cell_marks.follow(at.job());
                at.close();
            }).prop("disabled", cell_marks.is_followed(job.id));
        }

        // Where it has ended, following is also the way to its outputs.
        function outputs_button() {
            return elements.button("primehub_job_take", text("outputs_here"), function () {
                cell_marks.follow(at.job());
                cell_marks.take_outputs();
                at.close();
            });
        }

        function buttons(job) {
            var state = job_of.state(job);
            var made = [];
            if (!job_of.is_over(job)) {
                made.push(elements.button("primehub_job_cancel", text("cancel_job"), ask_to_cancel));
            } else {
                var again = elements.button("primehub_job_rerun", text("run_again"), function () { run_again(again); });
                made.push(again);
            }
            if (is_here(job) && !job_of.is_over(job)) {
                made.push(follow_button(job));
            } else if (is_here(job) && job_of.progress(job)) {
                made.push(outputs_button());
            }
            if (job.notebook_path) {
                made.push(elements.button("primehub_job_compare", text("compare"), function () {
                    at.compare(at.job());
                }));
            }
            if (job.notebook_path && !is_here(job)) {
                made.push(open_page("primehub_job_notebook", "open_notebook", job.notebook_path));
            }
            var edit = job_of.is_over(job) && is_here(job) && elements.button(
                "primehub_job_edit", text("edit_again"), function () { at.edit(form_values(at.job())); }
            ).prop("disabled", !parameter_text.pairs(job)); // of a list's job they are not always known
            var output = job.output_path && (job_of.progress(job) || state === "succeeded") &&
                open_page("primehub_job_output", "open_output", job.output_path);
            if (!job_of.is_over(job)) {
                made = [output].concat(made).filter(Boolean);
            } else {
                made = made.concat(state === "failed" ? [output, edit] : [edit, output]).filter(Boolean);
            }
            made[made.length - 1].removeClass("btn-default").addClass("btn-primary");
            return made;
        }

        return {buttons: buttons};
    }

    return {create: create, form_values: form_values};
});
