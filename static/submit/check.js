// What the server makes of the form and of the open notebook, without a page: each change of the form in; the answer to
// what is there now out.
//
// It is asked a moment after the last change, and one question at a time: a server that is slow gets no queue of them,
// and the browser keeps its few connections free for the submission itself.
define(["./form", "./options"], function (form, options) {
    "use strict";

    // Findings about names, which a parameter that is typed may define.
    var NAMES = ["undefined_name", "defined_later"];
    var PAUSE = 300; // ms without another change, after which the server is asked

    function list(value) {
        return Array.isArray(value) ? value : [];
    }

    // The answer as far as it is one.
    function read(answer) {
        return {
            parameters: list(answer.parameters), findings: list(answer.findings), faults: list(answer.faults),
            preview: typeof answer.preview === "string" ? answer.preview : "", candidates: list(answer.candidates),
            tagged: typeof answer.tagged === "number" ? answer.tagged : null
        };
    }

    // parts: {api, open_notebook: those modules, or what behaves as they do, current_path(): where the notebook is by
    // now, timers: {setTimeout, clearTimeout}, the page's or a test's}.
    // on_answer(answer) hears {parameters, findings, faults, preview, candidates, tagged} to the values that are there
    // now, or null when nothing is known of them.
    // → {now(values), ensure(values), changed(values), mended(findings, values), faults(values), errors(values),
    // harmless(values), close()}; values as form.js has them.
    function create(parts, on_answer) {
        var open = true;
        var too_large = false; // the open notebook; the server then reads the file
        var asking = false;
        var timer = null;
        var wanted = null; // the latest values, as JSON
        var known = null;  // the answer to them
        var latest = null; // the answer to any, about the notebook as it is now
        var given = "";    // the parameters that that one was about
        var edits = 0;     // how often the notebook has changed

        function ask(values) {
            var notebook = too_large ? null : parts.open_notebook.read();
            var opened = parts.open_notebook.last_modified();
            var request = form.check_request(values, notebook, opened);
            return parts.api.check(parts.current_path(), request).catch(function (error) {
                if (notebook && error.code === "body_too_large") {
                    too_large = true;
                    return ask(values);
                }
                throw error;
            });
        }

        function settle(asked, of, answer) {
            asking = false;
            if (!open) {
                return;
            }
            if (asked === wanted && of === edits) {
                known = latest = answer;
                given = JSON.parse(asked).parameters;
                on_answer(answer);
            } else if (timer === null) {
                send();
            }
        }

        function send() {
            var asked = wanted;
            var of = edits;
            asking = true;
            Promise.resolve(JSON.parse(asked)).then(ask).then(read).then(function (answer) {
                settle(asked, of, answer);
            }, function (error) {
                if (error instanceof Error) {
                    window.console.error(error);
                }
                settle(asked, of, null);
            });
        }

        function on_pause() {
            timer = null;
            if (!asking && !known) {
                send();
            }
        }

        function stop() {
            if (timer !== null) {
                parts.timers.clearTimeout(timer);
                timer = null;
            }
        }

        // Notes the values. → whether they are others than before.
        function note(values) {
            var before = wanted;
            wanted = JSON.stringify(values);
            if (wanted === before) {
                return false;
            }
            known = null;
            stop();
            return true;
        }

        // What is known of just these values, or null.
        function known_of(values) {
            return JSON.stringify(values) === wanted ? known : null;
        }

        function at_once(values) {
            note(values);
            known = null;
            stop();
            on_pause();
        }

        // The notebook is another: what is being answered is not about it.
        function edited(values) {
            edits += 1;
            at_once(values);
        }

        return {
            // Asks at once; nothing is known of the notebook.
            now: function (values) {
                latest = null;
                edited(values);
            },
            // Asks at once what is not known yet.
            ensure: function (values) {
                if (!known_of(values)) {
                    at_once(values);
                }
            },
            // These are not there any more; what else is there is asked at once.
            mended: function (findings, values) {
                if (latest) {
                    latest = Object.assign({}, latest, {findings: latest.findings.filter(function (each) {
                        return findings.indexOf(each) < 0;
                    })});
                }
                edited(values);
            },
            changed: function (values) {
                if (note(values)) {
                    timer = parts.timers.setTimeout(on_pause, PAUSE);
                }
            },
            // What is known to be wrong with just these values.
            faults: function (values) {
                var answer = known_of(values);
                return answer ? answer.faults : [];
            },
            // Findings that are errors: those of these values or, where they are about the notebook, of any others.
            errors: function (values) {
                var answer = known_of(values);
                return (answer || latest || {findings: []}).findings.filter(function (each) {
                    var still = !options.is_about_quota(each) &&
                        (NAMES.indexOf(each.code) < 0 || values.parameters === given);
                    return each.severity === "error" && (answer || still);
                });
            },
            // Whether it is known that none of these parameters looks like a secret.
            harmless: function (values) {
                var answer = known_of(values);
                return !!answer && answer.findings.every(function (each) { return each.code !== "secret_parameter"; });
            },
            close: function () {
                open = false;
                stop();
            }
        };
    }

    return {create: create};
});
