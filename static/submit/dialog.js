// "Submit Notebook as Job": the notebook that is open → one job. loading → form → saving → submitting → result.
// What is typed is kept in memory, per notebook, until it was submitted.
define([
    "jquery", "base/js/namespace", "../api", "../ui/modal", "./form", "../words/en", "./saving", "./submission_id",
    "../token/dialog"
], function ($, Jupyter, api, dom, job_form, messages, saving, submission_id, token_dialog) {
    "use strict";

    var text = messages.text;
    // Notebook path → what was typed: what a closed dialog leaves for the next one.
    var drafts = new Map();
    // Instance type and image of the last job: the one thing that outlives a success.
    var last = {};

    function open(refresh) {
        var path = Jupyter.notebook.notebook_path;
        var submission = submission_id.current(path);
        var read_values = null;

        var dialog = dom.open_dialog({
            id: "primehub_submit_dialog", title: text("submit_title"), on_close: keep_draft
        });
        load(refresh);

        function keep_draft() {
            if (read_values) {
                drafts.set(path, read_values());
            }
        }

        // That what was sent, with these values, may have become a job; or (null) that there is no doubt about it. Noted
        // before it is sent: a reload must not forget it. → whether it had been in doubt before, be it from another tab.
        function note_sent(values) {
            var before = submission_id.mark(path, submission.id, values) || submission.sent;
            submission.sent = !!values;
            return before;
        }

        // Closes this dialog, asks for a token and comes back with everything typed.
        function ask_for_token() {
            dialog.close().then(token_dialog.open).then(function (saved) {
                if (saved) {
                    open(true);
                }
            });
        }

        function token_button() {
            return dom.button("primehub_submit_token", text("token_enter"), ask_for_token);
        }

        function needs_token(error) {
            return [error.code, error.cause].some(function (code) {
                return code === "token_required" || code === "token_rejected";
            });
        }

        // --- loading -----------------------------------------------------------------------------------------------

        function load(anew) {
            dialog.show(dom.waiting(text("submit_loading")), [
                dom.button("primehub_submit_cancel", text("cancel"), function () { dialog.close(); })
            ]);
            Promise.all([api.session(), api.notebook(path), api.resources(anew)]).then(function (answers) {
                if (dialog.is_open()) {
                    show_form(answers[0], answers[1], answers[2]);
                }
            }).catch(function (error) {
                if (!dialog.is_open()) {
                    return;
                }
                if (error.code === "token_required") {
                    ask_for_token();
                } else {
                    show_load_error(error);
                }
            });
        }

        function show_load_error(error) {
            if (error instanceof Error) {
                window.console.error(error);
                error = {code: "bad_answer"};
            }
            var again = dom.button("primehub_submit_again", text("try_again"), function () {
                load(true);
            }, "btn-primary");
            dialog.show(dom.error_box(error, error.code === "token_rejected" ? [token_button()] : []), [
                dom.button("primehub_submit_cancel", text("close"), function () { dialog.close(); }), again
            ], again);
        }

        // --- the form ----------------------------------------------------------------------------------------------

        function show_finding(finding) {
            var kind = {error: "danger", warning: "warning"}[finding.severity] || "info";
            return dom.notice(kind, "note").addClass("primehub-break").attr("data-finding", finding.code).append(
                $("<p>").addClass("primehub-error-message").text(finding.message),
                finding.hint ? $("<p>").text(finding.hint) : null
            );
        }

        function show_form(session, notebook, resources) {
            var values = job_form.first_values(session, resources, notebook, drafts.get(path) || submission.values,
                last);
            var fields = {
                instance_type: dom.field({
                    id: "primehub_instance_type", label: text("instance_type"), required: true,
                    control: $("<select>").addClass("form-control")
                }),
                image: dom.field({
                    id: "primehub_image", label: text("image"), required: true,
                    control: $("<select>").addClass("form-control")
                }),
                display_name: dom.field({
                    id: "primehub_job_name", label: text("job_name"), required: true,
                    control: $("<input>").addClass("form-control").attr({type: "text", autocomplete: "off"})
                        .val(values.display_name)
                }),
                parameters: dom.field({
                    id: "primehub_parameters", label: text("parameters"), help: text("parameters_help"),
                    control: $("<textarea>").addClass("form-control").attr({
                        rows: 3, placeholder: text("parameters_placeholder"), autocomplete: "off", spellcheck: "false"
                    }).val(values.parameters)
                })
            };
            var timeout = $("<input>").addClass("form-control").val(values.timeout)
                .attr({type: "text", inputmode: "decimal", autocomplete: "off"});
            var unit = $("<select>").addClass("form-control").attr({
                id: "primehub_timeout_unit", "aria-label": text("time_unit")
            });
            dom.fill_select(unit, ["minutes", "hours"].map(function (name) {
                return {value: name, label: text(name), disabled: false};
            }), values.timeout_unit);
            fields.timeout_seconds = dom.field({
                id: "primehub_timeout", label: text("time_limit"), control: timeout,
                around: $("<div>").addClass("primehub-time").append(timeout, unit), help: job_form.time_help(resources)
            });

            dom.fill_select(fields.instance_type.control, job_form.instance_options(resources), values.instance_type);
            dom.fill_select(
                fields.image.control, job_form.image_options(resources, values.instance_type), values.image
            );
            fields.instance_type.control.on("change", function () {
                var change = job_form.change_instance(resources, this.value, fields.image.control.val());
                dom.fill_select(fields.image.control, job_form.image_options(resources, this.value), change.image);
                fields.image.help(change.notice);
                fields.image.note.empty();
                fields.instance_type.fault(null);
                fields.image.fault(null);
            });
            fields.image.control.on("change", function () { fields.image.help(""); });
            Object.keys(fields).forEach(function (name) {
                fields[name].control.on("input change", function () { fields[name].fault(null); });
            });
            unit.on("change", function () { fields.timeout_seconds.fault(null); });

            // The defaults and the warning stand under the parameters; the warning's place is there from the start,
            // or screen readers would not speak it.
            var defaults = job_form.defaults_text(notebook);
            var secret_place = $("<div>").attr({id: "primehub_secret_warning", role: "status"});
            if (defaults) {
                fields.parameters.note.append(
                    $("<div>").addClass("help-block primehub-help").text(text("parameters_defaults")),
                    $("<code>").addClass("primehub-path").attr({id: "primehub_defaults", tabindex: "0"}).text(defaults)
                );
            }
            fields.parameters.note.append(secret_place);
            function warn_of_secrets() {
                var names = job_form.secrets(fields.parameters.control.val(), session.secrets);
                var words = names.length ? text("secret", {names: names.join(", ")}) : "";
                if (secret_place.text() !== words) {
                    secret_place.empty();
                    if (words) {
                        secret_place.append($("<div>").addClass("alert alert-warning primehub-notice primehub-break")
                            .text(words));
                    }
                }
            }
            fields.parameters.control.on("input", warn_of_secrets);
            warn_of_secrets();

            var facts = $("<dl>").addClass("primehub-facts").append(
                $("<dt>").text(text("working_directory")),
                $("<dd>").append($("<code>").addClass("primehub-path").attr("id", "primehub_working_directory")
                    .text(notebook.working_directory || "")),
                $("<dt>").text(text("output")),
                $("<dd>").append($("<code>").addClass("primehub-path").attr("id", "primehub_output")
                    .text(notebook.output || ""))
            );
            var findings = $("<div>").attr("id", "primehub_findings")
                .append((notebook.findings || []).map(show_finding));
            var error_place = $("<div>").attr("id", "primehub_submit_error");
            var note = $("<p>").addClass("help-block primehub-required-note").text(text("required_note"));
            var form = $("<form>").attr({novalidate: "", autocomplete: "off"}).append(
                note, fields.instance_type.row, fields.image.row, fields.display_name.row, fields.parameters.row,
                fields.timeout_seconds.row, facts, findings, error_place
            );
            if (submission.sent) {
                form.prepend(dom.notice("warning", "status").attr("id", "primehub_resumed").text(text("resumed")));
            }
            var cancel = dom.button("primehub_submit_cancel", text("cancel"), function () { dialog.close(); });
            var submit = dom.button("primehub_submit_button", text("submit"), function () {
                form.trigger("submit");
            }, "btn-primary");
            // The footer is outside the form, and a form with two fields submits by Enter only when it has a button.
            form.append($("<button>").attr({type: "submit", tabindex: "-1", "aria-hidden": "true"}).addClass("hidden"));

            read_values = function () {
                return {
                    instance_type: fields.instance_type.control.val(), image: fields.image.control.val(),
                    display_name: fields.display_name.control.val(), parameters: fields.parameters.control.val(),
                    timeout: timeout.val(), timeout_unit: unit.val()
                };
            };

            // --- submitting ----------------------------------------------------------------------------------------

            function lock(words) {
                dom.working(submit, null);
                dom.working(submit, words);
                dialog.busy(words ? text("submit_wait") : null);
                cancel.prop("disabled", !!words);
                form.find("input, select, textarea").prop("disabled", !!words);
            }

            function show_error(error, buttons) {
                if (error instanceof Error) {
                    window.console.error(error);
                    error = {code: "bad_answer"};
                }
                lock(null);
                error_place.empty();
                if (!submission.sent) {
                    form.find("#primehub_resumed").remove();
                }
                if (error.field && Object.prototype.hasOwnProperty.call(fields, error.field)) {
                    fields[error.field].fault(messages.describe(error));
                    fields[error.field].control.trigger("focus");
                } else {
                    var box = dom.error_box(error, buttons || (needs_token(error) ? [token_button()] : []));
                    if (submission.sent && error.code !== "submission_unknown") {
                        box.append($("<p>").text(text("resumed")));
                    }
                    error_place.append(box);
                    box.trigger("focus");
                    // The footer too, when there is room for both.
                    submit[0].scrollIntoView({block: "nearest"});
                    box[0].scrollIntoView({block: "nearest"});
                }
            }

            function show_save_error(error) {
                var on_disk = dom.button("primehub_save_disk", text("save_disk"), send);
                var choices = {
                    save_changed: function () {
                        return [dom.button("primehub_save_overwrite", text("save_overwrite"), function () {
                            save_and_send(true);
                        }, "btn-danger"), on_disk];
                    },
                    save_read_only: function () { return [on_disk]; },
                    save_failed: function () {
                        return [dom.button("primehub_save_again", text("try_again"), function () {
                            save_and_send(false);
                        }), on_disk];
                    }
                };
                show_error(error, (choices[error.code] || choices.save_failed)());
            }

            function save_and_send(overwrite) {
                error_place.empty();
                lock(text("saving"));
                saving.save(overwrite).then(send, show_save_error);
            }

            function send() {
                error_place.empty();
                lock(text("submitting"));
                // Read now: the notebook may have been renamed since the dialog opened.
                var typed = read_values();
                var request = job_form.request(typed, Jupyter.notebook.notebook_path, submission.id);
                var sent_before = note_sent(typed);
                api.submit(request).then(function (answer) {
                    last = {instance_type: request.instance_type, image: request.image};
                    read_values = null;
                    note_sent(null);
                    drafts.delete(path);
                    show_result(answer.job, answer.created, typed);
                }).catch(function (error) {
                    if (error.code === "submission_conflict" || error.code === "submission_cancelled") {
                        note_sent(null);
                        submission = submission_id.fresh();
                        delete error.field;
                    } else if (error.code === "submission_not_created") {
                        note_sent(null);
                    } else {
                        note_sent(sent_before || job_form.may_have_arrived(error) ? typed : null);
                    }
                    show_error(error);
                });
            }

            form.on("submit", function (event) {
                event.preventDefault();
                if (submit.prop("disabled")) {
                    return;
                }
                error_place.empty();
                var found = job_form.faults(read_values(), resources, session.limits);
                Object.keys(fields).forEach(function (name) { fields[name].fault(null); });
                found.forEach(function (fault) { fields[fault.field].fault(fault); });
                if (found.length) {
                    fields[found[0].field].control.trigger("focus");
                } else {
                    save_and_send(false);
                }
            });

            dialog.show(form, [cancel, submit], fields.display_name.control);
        }

        // --- the result --------------------------------------------------------------------------------------------

        // `typed`: the form's values; a job that had been made before need not run with them.
        function show_result(job, created, typed) {
            function fact(label, id, value) {
                return [$("<dt>").text(label), $("<dd>").append($("<div>").addClass("primehub-break primehub-scroll")
                    .attr("id", id).text(value))];
            }
            var facts = $("<dl>").addClass("primehub-facts").append(
                fact(text("result_name"), "primehub_result_name", job.display_name || ""),
                fact(text("result_id"), "primehub_result_id", job.id || "")
            );
            var time = new Date(job.create_time || NaN);
            if (!created && !isNaN(time)) {
                facts.append(fact(text("result_time"), "primehub_result_time", time.toLocaleString()));
            }
            if (job.output_path) {
                facts.append($("<dt>").text(text("result_output")), $("<dd>").append(
                    $("<code>").addClass("primehub-path").attr("id", "primehub_result_output").text(job.output_path)));
            }
            var body = $("<div>").attr({id: "primehub_result"}).append(
                $("<p>").addClass("primehub-result-state").attr({role: "status", "data-created": String(created)})
                    .text(text(created ? "result_done" : "result_before")),
                facts
            );
            if (job.console_url) {
                body.append($("<p>").addClass("primehub-result-link")
                    .append(dom.link(job.console_url, text("result_link")).attr("id", "primehub_result_link")));
            }
            var ok = dom.button("primehub_result_ok", text("ok"), function () { dialog.close(); }, "btn-primary");
            var another = dom.button("primehub_result_another", text("result_another"), function () {
                drafts.set(path, typed);
                dialog.close().then(function () { open(false); });
            });
            dialog.busy(null);
            dialog.title(text("result_title"));
            dialog.show(body, created ? [ok] : [another, ok], ok);
        }
    }

    return {open: function () { open(false); }};
});
