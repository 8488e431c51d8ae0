// What becomes of jobs: the ids that somebody watches in; each job as it is now out, for all parts of the page that
// watch it. The notebook server is asked once for all of them, as often as it says, seldom while nobody looks, and not
// at all when everything has ended.
define(["./job"], function (job_of) {
    "use strict";

    var HIDDEN = 30;  // s between two questions while the page is in the background
    var FIRST = 4;    // s after the first failure, twice as many after the next
    var LONGEST = 60; // s

    // parts: {ask(since, ids) → a promise of what `GET feed` answers, timers: window, is_hidden(), random(), now()}
    // → {watch(ids, listener), look(), note(job)}
    function create(parts) {
        var watchers = [];
        var latest = new Map(); // id → job
        var since = null;
        var next_seconds = FIRST;
        var timer = null;
        var asking = false;
        var again = false;
        var failures = 0;

        // The ids of what may still change, and of what nothing is known of.
        function wanted() {
            var ids = new Set();
            watchers.forEach(function (watcher) {
                watcher.ids.forEach(function (id) {
                    if (!watcher.over.has(id)) {
                        ids.add(id);
                    }
                });
            });
            return Array.from(ids);
        }

        function pause() {
            if (failures) {
                // Each tab at another moment, or all of them would come back at once.
                return Math.min(LONGEST, FIRST * Math.pow(2, failures - 1)) * (0.5 + parts.random());
            }
            return parts.is_hidden() ? Math.max(HIDDEN, next_seconds) : next_seconds;
        }

        function plan() {
            parts.timers.clearTimeout(timer);
            timer = null;
            if (wanted().length && !asking) {
                timer = parts.timers.setTimeout(look, 1000 * pause());
            }
        }

        function tell_one(watcher, id, job, error) {
            if (watcher.ids.indexOf(id) >= 0) {
                if (error || job_of.is_over(job)) {
                    watcher.over.add(id);
                }
                watcher.listener.job(job, error, id);
            }
        }

        function tell(id, job, error) {
            watchers.slice().forEach(function (watcher) { tell_one(watcher, id, job, error); });
        }

        function tell_state(state) {
            watchers.slice().forEach(function (watcher) {
                if (watcher.listener.state) {
                    watcher.listener.state(state);
                }
            });
        }

        // Also of a job that was told of in another answer: cancelled, for example.
        function note(job) {
            // How long a cell has run is counted on from here, since the server tells only what has changed.
            latest.set(job.id, Object.assign({}, job, {heard_at: parts.now()}));
            tell(job.id, latest.get(job.id), null);
        }

        function heard(answer) {
            failures = 0;
            since = answer.now;
            next_seconds = answer.next_seconds;
            answer.jobs.forEach(note);
            answer.gone.forEach(function (id) { tell(id, null, {code: "job_not_found"}); });
            tell_state({as_of: answer.as_of ? new Date(answer.as_of) : null, error: answer.problem});
        }

        function look() {
            var ids = wanted();
            if (asking || !ids.length) {
                again = asking;
                return;
            }
            parts.timers.clearTimeout(timer);
            asking = true;
            // Only what has changed is told; of a job that is new here, everything.
            parts.ask(ids.every(function (id) { return latest.has(id); }) ? since : null, ids)
                .then(heard, function (error) {
                    failures += 1;
                    tell_state({as_of: null, error: error});
                }).then(function () {
                    asking = false;
                    if (again) {
                        again = false;
                        look();
                    } else {
                        plan();
                    }
                });
        }

        // What is known already, at once; and the server is asked for the rest.
        function begin(watcher, ids) {
            ids.forEach(function (id) {
                if (latest.has(id)) {
                    tell_one(watcher, id, latest.get(id), null);
                }
            });
            look();
        }

        // listener: {job(job or null, error or null, id), state({as_of: Date or null, error})?}. A job that has ended
        // is told of once. → {set(ids), stop()}
        function watch(ids, listener) {
            var watcher = {ids: ids.slice(), listener: listener, over: new Set()};
            watchers.push(watcher);
            begin(watcher, ids);
            return {
                set: function (now) {
                    var fresh = now.filter(function (id) { return watcher.ids.indexOf(id) < 0; });
                    watcher.ids = now.slice();
                    if (fresh.length) {
                        begin(watcher, fresh);
                    } else {
                        plan();
                    }
                },
                stop: function () {
                    watchers = watchers.filter(function (each) { return each !== watcher; });
                    plan();
                }
            };
        }

        return {watch: watch, look: look, note: note};
    }

    return {create: create};
});
