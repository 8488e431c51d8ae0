// "Submit Notebook as Job": the notebook that is open → one job. What flow.js tells is shown here, and what a person
// does is told to it. What is typed is kept in memory, per notebook, until it was submitted.
define([
    "base/js/namespace", "../api", "../token/dialog", "../ui/elements", "../ui/modal", "../ui/notice", "../words/index",
    "./check", "./flow", "./form", "./form_view", "./open_notebook", "./result", "./saving", "./submission_id"
], function (
    Jupyter, api, token_dialog, elements, modal, notice, words,
    check, flow, form, form_view, open_notebook, result, saving, submission_id
) {
    "use strict";

    var text = words.text;
    // Notebook path → what was typed: what a closed dialog leaves for the next one.
    var drafts = new Map();
    // Instance type and image of the last job: the one thing that outlives a success.
    var last = {};
    // What flow.js offers after a failure → the button for it.
    var CHOICES = {
        token: {id: "primehub_submit_token", label: "token_enter"},
        overwrite: {id: "primehub_save_overwrite", label: "save_overwrite", kind: "btn-danger"},
        disk: {id: "primehub_save_disk", label: "save_disk"},
        again: {id: "primehub_save_again", label: "try_again"}
    };

    function current_path() {
        return Jupyter.notebook.notebook_path;
    }

    // `refresh`: whether PrimeHub is asked for its images and instance types though they are known.
    function open(refresh) {
        var path = current_path();
        var view = null;

        var checks = check.create({
            api: api, open_notebook: open_notebook, current_path: current_path, timers: window
        }, function (answer) {
            if (view) {
                view.checked(answer);
            }
        });
        var submission = flow.create({
            path: path, api: api, saving: saving, check: checks, submission_id: submission_id,
            current_path: current_path
        }, function (state) { show[state.name](state); });
        var dialog = modal.open({
            id: "primehub_submit_dialog", title: text("submit_title"), on_close: function () {
                submission.close();
                checks.close();
                if (view) {
                    drafts.set(path, view.values());
                }
            }
        });

        function close_button(label) {
            return elements.button("primehub_submit_cancel", text(label), function () { dialog.close(); });
        }

        function choice_button(choice) {
            return elements.button(CHOICES[choice].id, text(CHOICES[choice].label), function () {
                if (choice === "token") {
                    ask_for_token();
                } else {
                    submission.choose(choice, view.values());
                }
            }, CHOICES[choice].kind);
        }

        // Closes this dialog, asks for a token and comes back with everything typed.
        function ask_for_token() {
            dialog.close().then(token_dialog.open).then(function (saved) {
                if (saved) {
                    open(true);
                }
            });
        }

        // While there are words for what goes on, the dialog cannot be left.
        function lock(doing) {
            dialog.busy(doing ? text("submit_wait") : null);
            dialog.modal.find("#primehub_submit_cancel").prop("disabled", !!doing);
        }

        function under_way(doing) {
            view.show_faults([]);
            lock(doing);
            view.lock(doing);
        }

        var show = {
            loading: function () {
                dialog.show(elements.waiting(text("submit_loading")), [close_button("cancel")]);
            },
            load_failed: function (state) {
                var again = elements.button("primehub_submit_again", text("try_again"), function () {
                    submission.load(true);
                }, "btn-primary");
                dialog.show(notice.error_box(state.error, state.choices.map(choice_button)),
                    [close_button("close"), again], again);
            },
            token_needed: ask_for_token,
            ready: function (state) {
                var typed = drafts.get(path) || state.values;
                view = form_view.make(Object.assign({}, state, {
                    values: form.first_values(state.session, state.resources, state.notebook, typed, last)
                }), function () { checks.changed(view.values()); }, function () { submission.submit(view.values()); });
                dialog.show(view.form, [close_button("cancel"), view.submit], view.first);
                checks.now(view.values());
            },
            refused: function (state) { view.show_faults(state.faults); },
            saving: function () { under_way(text("saving")); },
            sending: function () { under_way(text("submitting")); },
            failed: function (state) {
                lock(null);
                view.show_error(state.error, state.choices.map(choice_button), state.in_doubt);
            },
            done: function (state) {
                last = {instance_type: state.request.instance_type, image: state.request.image};
                view = null;
                drafts.delete(path);
                show_result(state);
            }
        };

        // A job that had been made before need not run with what was typed now: that can be another job.
        function show_result(state) {
            var ok = elements.button("primehub_result_ok", text("ok"), function () { dialog.close(); }, "btn-primary");
            var another = elements.button("primehub_result_another", text("result_another"), function () {
                drafts.set(path, state.values);
                dialog.close().then(function () { open(false); });
            });
            dialog.busy(null);
            dialog.title(text("result_title"));
            dialog.show(result.make(state.job, state.created), state.created ? [ok] : [another, ok], ok);
        }

        submission.load(refresh);
    }

    return {open: function () { open(false); }};
});
