// Submissions of which nobody knows yet whether they became jobs, without a page: the submissions of a notebook in; the
// jobs that turn out to be theirs out, however long PrimeHub's list takes to show them.
define([], function () {
    "use strict";

    var FIRST = 5000;             // ms until the first look; each later one waits longer
    var SLOWER = 1.6;
    var LONGEST = 60000;
    var GIVE_UP = 15 * 60 * 1000; // ms after which nobody looks any more

    // parts: {jobs(query): as api.js has it, unresolved(): [{id, values}] of the notebook, path(): where it is,
    // is_hidden(), timers: {setTimeout, clearTimeout}, now(): ms}.
    // on: {found(job, id), given_up([{id, values}])}. → {look(): begins, where there is something to look for}
    function create(parts, on) {
        var timer = null;
        var since = null; // when the looking began
        var pause = FIRST;

        function wait() {
            timer = parts.timers.setTimeout(ask, pause);
            pause = Math.min(pause * SLOWER, LONGEST);
        }

        function ask() {
            var wanted = parts.unresolved();
            timer = null;
            if (!wanted.length) {
                since = null;
                return;
            }
            if (parts.now() - since > GIVE_UP) {
                since = null;
                on.given_up(wanted);
                return;
            }
            if (parts.is_hidden()) {
                wait();
                return;
            }
            parts.jobs({notebook: parts.path(), mine: 1, limit: 25}).then(function (answer) {
                (Array.isArray(answer.jobs) ? answer.jobs : []).forEach(function (job) {
                    if (job && wanted.some(function (each) { return each.id === job.submission_id; })) {
                        on.found(job, job.submission_id);
                    }
                });
            }, function () {
                // PrimeHub or the server is away; that is when there are doubts.
            }).then(function () {
                if (timer === null) {
                    wait();
                }
            });
        }

        return {
            look: function () {
                if (since === null && parts.unresolved().length) {
                    since = parts.now();
                    pause = FIRST;
                    wait();
                }
            }
        };
    }

    return {create: create};
});
