// One submission, without a page: what a person does in; each state that the dialog has to show out.
//
//   loading → ready | load_failed | token_needed
//   ready, refused, failed → refused                               what is wrong is known before it is sent
//                          → questioned                            a job of it is likely to fail: asked once
//                          → saving → sending → done | failed      also saving → failed, which leaves choices
define(["./finding_order", "./form"], function (finding_order, form) {
    "use strict";

    // Why nothing could be saved, for want of a server that takes it: nothing can be done then but try again.
    var NO_SERVER = ["login_expired", "server_stopped", "server_unavailable", "hub_unreachable"];
    // Failures after which there may be a job all the same. Then the next try must keep its submission id.
    var MAY_HAVE_ARRIVED = [
        "network_down", "no_answer", "server_unavailable", "bad_answer", "submission_unknown", "primehub_timeout",
        "internal_error"
    ];
    // After a save that failed: what may be done instead, as far as it can work; what loses nothing comes first.
    var SAVE_CHOICES = {
        save_changed: ["disk", "overwrite"], save_missing: ["again", "recreate"], save_read_only: ["disk"],
        save_failed: ["again", "disk"], network_down: ["again"]
    };

    function is_one_of(codes, code) {
        return codes.indexOf(code) >= 0;
    }

    // A mistake of ours is told as an answer that could not be understood; the console has it for whoever looks.
    function failure(error) {
        if (error instanceof Error) {
            window.console.error(error);
            return {code: "bad_answer"};
        }
        return error;
    }

    // Whether another token may help: [what to offer].
    function token_choice(error) {
        return [error.code, error.cause].some(function (code) {
            return code === "token_required" || code === "token_rejected";
        }) ? ["token"] : [];
    }

    // parts: {path: the notebook that is submitted, api, saving, submission_id: those modules, or what behaves as they
    // do, check: what check.js makes, current_path(): where that notebook is by now}.
    // on_state(state) hears {name, …}:
    //   loading, saving, sending
    //   ready {session, notebook, resources, in_doubt, values: what was sent, where that is in doubt}
    //   load_failed {error, choices}, token_needed
    //   refused {faults}
    //   questioned {errors: findings that somebody has to have seen}; "anyway" is then a choice
    //   failed {error, choices: of "disk", "overwrite", "recreate", "again", "token"; in_doubt: there may be a job}
    //   done {job, created, values, request}
    // → {load(anew), submit(values), choose(choice, values), is_sending(), close()}; values as form.js has them.
    function create(parts, on_state) {
        var submission = parts.submission_id.current(parts.path);
        var resources = null;
        var limits = null;
        var open = true;
        var now = null; // the state's name
        var asked = []; // names of the errors with which somebody was asked to submit it
        var accepted = [];

        function under_way() {
            return is_one_of(["loading", "saving", "sending"], now);
        }
        function go(name, details) {
            now = name;
            if (open) {
                on_state(Object.assign({name: name}, details));
            }
        }

        // --- loading -----------------------------------------------------------------------------------------------

        function load(anew) {
            go("loading");
            Promise.all([parts.api.session(), parts.api.notebook(parts.path), parts.api.resources(anew)])
                .then(function (answers) {
                    resources = answers[2];
                    limits = answers[0].limits;
                    go("ready", {
                        session: answers[0], notebook: answers[1], resources: answers[2], in_doubt: submission.sent,
                        values: submission.values
                    });
                }).catch(function (error) {
                    if (error.code === "token_required") {
                        go("token_needed");
                    } else {
                        var choices = error.code === "token_rejected" ? ["token"] : [];
                        go("load_failed", {error: failure(error), choices: choices});
                    }
                });
        }

        // --- submitting --------------------------------------------------------------------------------------------

        // That what was sent, with these values, may have become a job; or (null) that there is no doubt about it.
        // Noted before it is sent: a reload must not forget it. → whether it had been in doubt before, be it from
        // another tab.
        function note_sent(values) {
            var before = parts.submission_id.mark(parts.path, submission.id, values) || submission.sent;
            submission.sent = !!values;
            return before;
        }

        function fail(error, choices) {
            go("failed", {error: failure(error), choices: choices, in_doubt: submission.sent});
        }

        function send(values) {
            // Asked now: the notebook may have been renamed since the dialog opened.
            var request = form.request(values, parts.current_path(), submission.id);
            var sent_before = note_sent(values);
            go("sending");
            parts.api.submit(request).then(function (answer) {
                note_sent(null);
                go("done", {job: answer.job, created: answer.created, values: values, request: request});
            }).catch(function (error) {
                if (is_one_of(["submission_conflict", "submission_cancelled"], error.code)) {
                    note_sent(null);
                    submission = parts.submission_id.fresh();
                    // It is about the submission as a whole, whichever field gave it away.
                    delete error.field;
                } else if (error.code === "submission_not_created") {
                    note_sent(null);
                } else {
                    note_sent(sent_before || is_one_of(MAY_HAVE_ARRIVED, error.code) ? values : null);
                }
                fail(error, token_choice(error));
            });
        }

        // The host only tells that a save failed. Whether it is the login, or the server, is asked then.
        function why_not_saved(error) {
            if (error.code !== "save_failed") {
                return Promise.resolve(error);
            }
            return parts.api.session().then(function () { return error; }, function (found) {
                return is_one_of(NO_SERVER, found.code) ? found : error;
            });
        }

        function save_and_send(overwrite, values) {
            go("saving");
            parts.saving.save(overwrite).then(function () {
                send(values);
            }, function (error) {
                why_not_saved(error).then(function (why) {
                    var choices = SAVE_CHOICES[why.code] || SAVE_CHOICES.save_failed;
                    fail(why, is_one_of(NO_SERVER, why.code) ? ["again"] : choices);
                });
            });
        }

        // Pressing again while something is under way does nothing.
        function submit(values) {
            if (under_way()) {
                return;
            }
            var faults = form.validate(values, resources, limits, parts.check.faults(values));
            if (faults.length) {
                go("refused", {faults: faults});
                return;
            }
            var errors = parts.check.errors(values);
            asked = errors.map(finding_order.name_of);
            if (asked.every(function (name) { return is_one_of(accepted, name); })) {
                save_and_send(false, values);
            } else {
                go("questioned", {errors: errors});
            }
        }

        function choose(choice, values) {
            if (under_way()) {
                return;
            }
            if (choice === "disk") {
                send(values);
            } else if (choice === "anyway") {
                accepted = accepted.concat(asked);
                submit(values);
            } else {
                save_and_send(choice === "overwrite" || choice === "recreate", values);
            }
        }

        return {
            load: load, submit: submit, choose: choose,
            // Whether it goes on by itself to "done" or "failed".
            is_sending: function () { return is_one_of(["saving", "sending"], now); },
            close: function () { open = false; }
        };
    }

    return {create: create};
});
