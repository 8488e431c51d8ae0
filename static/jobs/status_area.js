// What the page tells of this notebook's jobs while no dialog is open: jobs that were submitted here in; a chip in the
// notification area, a notice when one has ended, and the browser's own notification for who wants it, out.
define([
    "require", "jquery", "base/js/namespace", "../api", "../submit/submission_id", "../ui/modal", "../ui/notice",
    "../words/jobs", "./cells", "./chip", "./doubts", "./explain", "./job", "./live", "./style", "./watched"
], function (
    require, $, Jupyter, api, submission_id, modal, notice,
    words, cells_of, chip, doubts, explain, job_of, live, style, watched
) {
    "use strict";

    var text = words.text;
    var KINDS = {succeeded: "success", failed: "danger"};
    var LOOK_AGAIN = 10000; // ms at least between two looks for jobs that were begun elsewhere
    var jobs = new Map(); // id → job, as far as it is known
    var told = new Set(); // the ids of those of whose end was told
    var watch = null;
    var place = null; // {element, button}
    var hears = false;
    var looked = 0;       // when jobs that were begun elsewhere were last looked for

    function path() {
        return Jupyter.notebook.notebook_path;
    }

    function unresolved() {
        return submission_id.unresolved(path());
    }

    function name_of(submission) {
        return String(submission.values.display_name || "");
    }

    // How a submission in doubt turns out.
    var doubt = doubts.create({
        jobs: api.jobs, unresolved: unresolved, path: path, timers: window, now: Date.now,
        is_hidden: function () { return document.hidden; }
    }, {
        found: function (job, id) {
            submission_id.mark(path(), id, null);
            notice.tell("info", text("doubt_found", {name: job_of.name(job)}));
            add(path(), job);
        },
        given_up: function (left) {
            notice.tell("warning", text("doubt_given_up", {name: name_of(left[left.length - 1])}), submit);
        }
    });

    function submit() {
        require(["../submit/dialog"], function (dialog) {
            if (!modal.is_any_open()) {
                dialog.open(null);
            }
        }, function () { notice.tell("danger", text("load_failed")); });
    }

    function ids() {
        return watched.of(path()).map(function (each) { return each.id; });
    }

    function current() {
        return ids().map(function (id) { return jobs.get(id); }).filter(Boolean);
    }

    // Somebody has looked at it: what has ended needs no chip any more. In the background nobody looks yet.
    function seen(job) {
        if (document.hidden) {
            document.addEventListener("visibilitychange", function () { seen(job); }, {once: true});
        } else if (job_of.is_over(job)) {
            told.add(job.id);
            watched.remove(path(), job.id);
            draw();
        }
    }

    function open(job) {
        if (modal.is_any_open()) {
            return;
        }
        require(["./dialog"], function (dialog) {
            dialog.open(null, job);
        }, function () { notice.tell("danger", text("load_failed")); });
    }

    function make_place() {
        style.add();
        var button = $("<button>").attr({type: "button", id: "primehub_chip_button"});
        var element = $("<span>").attr({id: "primehub_chip", role: "status"}).append(button);
        $("#notification_area").prepend(element);
        return {element: element, button: button};
    }

    function draw() {
        var now = chip.of(current(), Date.now(), unresolved().map(name_of));
        if (!now && !place) {
            return;
        }
        place = place || make_place();
        place.element.toggle(!!now);
        if (now && place.button.text() !== now.text) {
            // A change of its state is said aloud; each cell would be too much.
            place.element.attr("aria-live", now.state === place.state ? "off" : "polite");
            place.state = now.state;
            place.button.text(now.text).attr({title: now.label, "data-state": now.state})
                .attr("class", "btn btn-xs navbar-btn notification_widget primehub-chip primehub-chip-" + now.state)
                .off("click").on("click", function () {
                    if (now.in_doubt) {
                        submit();
                    } else {
                        open(now.job);
                    }
                });
        }
    }

    function tell_end(job) {
        var state = job_of.state(job);
        var said = text(state === "failed" ? "ended_failed" : "ended_" + state, {
            name: job_of.name(job), why: explain.sentence(job, null, Date.now())
        });
        if (!modal.is_any_open()) {
            notice.tell(KINDS[state] || "info", said);
        }
        if (document.hidden && permission() === "granted") {
            new window.Notification(said, {tag: "primehub:" + job.id, body: failing_line(job)}).onclick = function () {
                window.focus();
                open(job);
            };
        }
    }

    // The browser's, about notifications: "granted", "denied", "default" (not asked yet) or "none" where it has none.
    function permission() {
        return window.Notification ? window.Notification.permission : "none";
    }

    // What the cell that failed begins with, by which a person knows it.
    function failing_line(job) {
        var failure = job_of.failure(job);
        var cell = failure && failure.cell && cells_of.of(job, Date.now())[failure.cell - 1];
        return cell ? cell.line : "";
    }

    function heard(job, _error, id) {
        if (!job) {
            watched.remove(path(), id); // it is gone, or another's: nobody will tell of it any more
            draw();
            return;
        }
        var before = jobs.get(id);
        jobs.set(id, job);
        if (job_of.is_over(job) && !told.has(id)) {
            told.add(id);
            if (before && !job_of.is_over(before)) {
                tell_end(job);
            }
        }
        draw();
    }

    // The file manager's and other tabs' renaming is not heard of; that of this page is.
    function hear_of_names() {
        var name = path();
        Jupyter.notebook.events.on("notebook_renamed.Notebook", function () {
            watched.move(name, path());
            name = path();
            draw();
        });
    }

    // Jobs of this notebook that its reader began elsewhere, as with Run again in PrimeHub's console: looked for when
    // somebody comes back to this page, and only once a job has been watched in it.
    function look_elsewhere() {
        if (document.hidden || Date.now() - looked < LOOK_AGAIN) {
            return;
        }
        looked = Date.now();
        api.jobs({notebook: path(), mine: 1, phase: "Pending,Preparing,Running", limit: 10}).then(function (answer) {
            (Array.isArray(answer.jobs) ? answer.jobs : []).filter(function (job) {
                return !jobs.has(job.id) && !told.has(job.id);
            }).forEach(function (job) { add(path(), job); });
        }, function () {}); // the next time
    }

    // Follows what is kept, from now on.
    function start() {
        var wanted = ids();
        if (!hears) {
            hears = true;
            hear_of_names();
            window.addEventListener("focus", look_elsewhere);
            document.addEventListener("visibilitychange", look_elsewhere);
        }
        if (watch) {
            watch.set(wanted);
        } else if (wanted.length) {
            watch = live.watch(wanted, {job: heard});
        }
        doubt.look();
        draw();
    }

    // A job of the notebook at this path, which need not be this page's any more.
    function add(notebook_path, job) {
        watched.add(notebook_path, job);
        jobs.set(job.id, job);
        start();
    }

    // Whether the browser would ask for, or tell, something more about this job.
    function can_tell(job) {
        var allowed = permission();
        return !job_of.is_over(job) && (allowed === "default" || (allowed === "granted" && ids().indexOf(job.id) < 0));
    }

    // Somebody has clicked: a browser refuses to be asked without. → a promise of whether the end will be told.
    function tell_me(job) {
        return Promise.resolve(window.Notification.requestPermission()).then(function (allowed) {
            if (allowed === "granted" && ids().indexOf(job.id) < 0) {
                add(path(), job); // of whatever notebook: it is told on this page
            }
            return allowed === "granted";
        });
    }

    // Another job has taken its place.
    function forget(id) {
        watched.remove(path(), id);
        start();
    }

    return {start: start, watch: add, seen: seen, forget: forget, can_tell: can_tell, tell_me: tell_me};
});
