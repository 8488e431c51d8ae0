// "Submit Notebook as Job": the notebook that is open → one job. What flow.js tells is shown here, and what a person
// does is told to it. What is typed is kept in memory, per notebook, until it was submitted. The dialog can be left
// at any time: a submission then goes on in the background.
define([
    "require", "base/js/namespace", "../api", "../token/dialog", "../ui/elements", "../ui/modal", "../ui/notice",
    "../ui/style", "../words/findings", "./anchors", "./background", "./check", "./flow", "./form", "./form_view",
    "./open_notebook", "./remembered", "./saving", "./spot", "./submission_id"
], function (
    require, Jupyter, api, token_dialog, elements, modal, notice,
    style, words, anchors, background, check, flow, form, form_view,
    open_notebook, remembered, saving, spot, submission_id
) {
    "use strict";

    var text = words.text;
    // Notebook path → what was typed: what a closed dialog leaves for the next one.
    var drafts = new Map();
    var JOBS = 20; // whose values can be taken again
    // Instance type and image of the last job of any notebook.
    var last = {};
    // What flow.js offers after a failure → the button for it.
    var CHOICES = {
        token: {id: "primehub_submit_token", label: "token_enter"},
        overwrite: {id: "primehub_save_overwrite", label: "save_overwrite"},
        recreate: {id: "primehub_save_recreate", label: "save_recreate"},
        disk: {id: "primehub_save_disk", label: "save_disk"},
        again: {id: "primehub_save_again", label: "try_again"}
    };

    function current_path() {
        return Jupyter.notebook.notebook_path;
    }

    // What is done in the background is shown again as it goes on, in a dialog without its form.
    function watch(path, origin) {
        var dialog = modal.open({
            id: "primehub_submit_dialog", title: text("submit_title"), origin: origin, on_close: function () {
                background.watch(path, null);
            }
        });
        dialog.show(elements.waiting(text("submitting")), [leave_button(dialog)]);
        dialog.busy(true);
        background.watch(path, function (state) {
            if (state.name === "done") {
                show_result(dialog, path, state, origin);
            } else if (state.name === "failed") {
                dialog.close().then(function () { open({origin: origin, failed: state}); });
            }
        });
    }

    function leave_button(dialog) {
        return elements.button("primehub_submit_leave", text("background"), function () { dialog.close(); });
    }

    // The dialog becomes that of the job. One that had been made before need not run with what was typed now: that can
    // be another job.
    function show_result(dialog, path, state, origin) {
        require(["../jobs/dialog"], function (jobs_dialog) {
            if (dialog.is_open()) {
                jobs_dialog.become(dialog, {job: state.job, created: state.created, another: function () {
                    drafts.set(path, state.values);
                    dialog.close().then(function () { open({origin: origin}); });
                }}, origin);
            }
        }, function () {
            dialog.close();
            notice.tell("success", text("notice_submitted", {name: state.job.display_name || ""}));
        });
    }

    // What is true of a submission that was made, whoever looks.
    function note_made(path, state, harmless) {
        last = {instance_type: state.request.instance_type, image: state.request.image};
        drafts.delete(path);
        remembered.remember(path, state.values, harmless);
        require(["../jobs/status_area"], function (status_area) {
            status_area.watch(path, state.job);
        }, function () {});
    }

    // What parameters can be taken from, as values_menu.js has it.
    function values_from(path) {
        var before = remembered.recall(path);
        return {
            last: before && typeof before.parameters === "string" ? before.parameters : null,
            jobs: function () {
                return api.jobs({notebook: path, limit: JOBS}).then(function (answer) { return answer.jobs; });
            },
            job: api.job
        };
    }

    // What is in doubt is looked for, and the chip tells of it.
    function look_for_doubts() {
        require(["../jobs/status_area"], function (status_area) { status_area.start(); }, function () {});
    }

    // options: {origin: where the focus goes in the end, refresh: whether PrimeHub is asked for its images and instance
    // types though they are known, failed: flow.js's state of a submission that ended in the background, values: to
    // begin with, as form.js has them, again: whether it comes back from a finding's cell}
    function open(options) {
        var path = current_path();
        var view = null;

        style.add("primehub_submit_css", require.toUrl("./submit.css"));
        spot.leave();

        if (background.watch(path, null)) {
            watch(path, options.origin);
            return;
        }
        var checks = check.create({
            api: api, open_notebook: open_notebook, current_path: current_path, timers: window
        }, function (answer) {
            if (view) {
                anchors.bind(answer ? answer.findings.concat(answer.candidates) : []);
                view.checked(answer);
            }
        });
        // Until the dialog is left.
        var hear = function (state) { show[state.name](state); };
        var submission = flow.create({
            path: path, api: api, saving: saving, check: checks, submission_id: submission_id,
            current_path: current_path
        }, function (state) {
            if (state.name === "done") {
                note_made(path, state, checks.harmless(state.values));
            } else if (state.name === "failed" && state.in_doubt) {
                look_for_doubts();
            }
            hear(state);
        });
        var dialog = modal.open({
            id: "primehub_submit_dialog", title: text("submit_title"), origin: options.origin, on_close: on_close
        });

        function on_close() {
            checks.close();
            if (view) {
                drafts.set(path, view.values());
            }
            if (submission.is_sending()) {
                hear = background.leave(path, {
                    done: function (state) {
                        show_result(modal.open({
                            id: "primehub_submit_dialog", title: text("submit_title"), origin: null
                        }), path, state, null);
                    },
                    failed: function (state) { open({origin: null, failed: state}); }
                });
            } else {
                submission.close();
            }
        }

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
            });
        }

        // Closes this dialog, asks for a token and comes back with everything typed.
        function ask_for_token() {
            dialog.close().then(function () { return token_dialog.ask(options.origin); }).then(function (saved) {
                if (saved) {
                    open({origin: options.origin, refresh: true});
                }
            });
        }

        // Steps aside for the cell that a finding is about; what was typed is kept for the way back.
        function show_cell(finding) {
            dialog.close().then(function () {
                spot.show(finding, function () { open({origin: options.origin, again: true}); });
            });
        }

        function on_mended(findings, is_fixed) {
            if (is_fixed) {
                checks.mended(findings, view.values());
            } else {
                checks.now(view.values());
            }
        }

        // While there are words for what goes on, nothing can be changed.
        function lock(doing) {
            view.lock(doing);
            dialog.modal.find("#primehub_submit_cancel").toggle(!doing);
            dialog.busy(!!doing, leave_button(dialog));
        }

        function under_way(doing) {
            view.show_faults([]);
            lock(doing);
        }

        var show = {
            loading: function () {
                dialog.show(elements.waiting(text("submit_loading")), [close_button("cancel")]);
                dialog.busy(true);
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
                var typed = options.values || drafts.get(path) || state.values || remembered.recall(path);
                view = form_view.make(Object.assign({}, state, {
                    unsaved: Jupyter.notebook.dirty, read_only: !Jupyter.notebook.writable,
                    values: form.first_values(state.session, state.resources, state.notebook, typed, last),
                    values_from: values_from(path)
                }), {
                    change: function () { checks.changed(view.values()); },
                    submit: function () {
                        checks.ensure(view.values());
                        submission.submit(view.values());
                    },
                    show: show_cell, mended: on_mended
                });
                dialog.show(view.form, [view.note, close_button("cancel"), view.submit],
                    options.again ? view.findings : view.first);
                checks.now(view.values());
                if (options.failed) {
                    show.failed(options.failed);
                    options.failed = null;
                }
            },
            refused: function (state) { view.show_faults(state.faults); },
            questioned: function (state) {
                view.show_faults([]);
                view.ask(state.errors, [
                    elements.button("primehub_errors_back", text("errors_back"), function () {
                        view.show_faults([]);
                        view.findings.add(view.first).filter(":visible").last().trigger("focus");
                    }, "btn-primary"),
                    elements.button("primehub_errors_anyway", text("errors_anyway"), function () {
                        submission.choose("anyway", view.values());
                    })
                ]);
            },
            saving: function () { under_way(text("saving")); },
            sending: function () {
                under_way(text("submitting"));
                require(["../jobs/dialog"]); // wanted in a moment
            },
            failed: function (state) {
                lock(null);
                view.show_error(state.error, state.choices.map(choice_button), state.in_doubt);
            },
            done: function (state) {
                view = null;
                checks.close();
                show_result(dialog, path, state, options.origin);
            }
        };

        submission.load(!!options.refresh);
    }

    // `origin`: where the focus goes when it is closed, null for the selected cell. `values`: to begin with, of another
    // job, as form.js has them; or none.
    return {open: function (origin, values) { open({origin: origin, values: values}); }};
});
