// What becomes of jobs: the ids that somebody watches in; each job as it is now out, for all parts of the page that
// watch it. The notebook server is asked once for all of them, often while something runs, seldom while nobody looks,
// and not at all when everything has ended.
define(["./job"], function (job_of) {
    "use strict";

    var RUNNING = 2000;  // ms
    var WAITING = 4000;
    var HIDDEN = 30000;
    var LONGEST = 60000;
    // Answers after which asking again is of no use.
    var FINAL = ["job_not_found", "access_denied", "not_found"];

    // parts: {ask(ids) → a promise of {jobs: [job], failed: {id: error}, as_of}, timers: window, is_hidden(), random()}
    // → {watch(ids, listener), look()}
    function create(parts) {
        var watchers = [];
        var latest = new Map(); // id → job
        var timer = null;
        var asking = false;
        var again = false;
        var failures = 0;

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

        function pause(ids) {
            if (failures) {
                // Each tab at another moment, or all of them would come back at once.
                return Math.min(LONGEST, WAITING * Math.pow(2, failures - 1)) * (0.5 + parts.random());
            }
            if (parts.is_hidden()) {
                return HIDDEN;
            }
            return ids.some(function (id) {
                var job = latest.get(id);
                return job && job_of.state(job) === "running";
            }) ? RUNNING : WAITING;
        }

        function plan() {
            parts.timers.clearTimeout(timer);
            timer = null;
            var ids = wanted();
            if (ids.length && !asking) {
                timer = parts.timers.setTimeout(look, pause(ids));
            }
        }

        function tell(id, job, error) {
            watchers.slice().forEach(function (watcher) {
                if (watcher.ids.indexOf(id) >= 0) {
                    if (error || job_of.is_over(job)) {
                        watcher.over.add(id);
                    }
                    watcher.listener.job(job, error, id);
                }
            });
        }

        function tell_state(state) {
            watchers.slice().forEach(function (watcher) {
                if (watcher.listener.state) {
                    watcher.listener.state(state);
                }
            });
        }

        function heard(answer) {
            failures = 0;
            answer.jobs.forEach(function (job) {
                latest.set(job.id, job);
                tell(job.id, job, null);
            });
            Object.keys(answer.failed || {}).forEach(function (id) {
                if (FINAL.indexOf(answer.failed[id].code) >= 0) {
                    tell(id, null, answer.failed[id]);
                }
            });
            tell_state({as_of: answer.as_of ? new Date(answer.as_of) : new Date(), error: answer.error || null});
        }

        function look() {
            var ids = wanted();
            if (asking || !ids.length) {
                again = asking;
                return;
            }
            parts.timers.clearTimeout(timer);
            asking = true;
            parts.ask(ids).then(heard, function (error) {
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

        // listener: {job(job or null, error or null, id), state({as_of: Date or null, error})?}. A job that has ended
        // is told of once. → {set(ids), stop()}
        function watch(ids, listener) {
            var watcher = {ids: ids.slice(), listener: listener, over: new Set()};
            watchers.push(watcher);
            look();
            return {
                set: function (now) {
                    var fresh = now.some(function (id) { return watcher.ids.indexOf(id) < 0; });
                    watcher.ids = now.slice();
                    if (fresh) {
                        look();
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

        return {watch: watch, look: look};
    }

    return {create: create};
});
