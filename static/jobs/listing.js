// The list of jobs without a page: what is chosen (whose, which, what is searched for) in; the jobs that fit it, newest
// first, out, page by page.
define(["./job", "./parameter_text"], function (job_of, parameter_text) {
    "use strict";

    var PAGE = 50;
    // PrimeHub cannot filter by notebook: a page of the server's may have few that fit, or none, and others follow.
    var FEW = 10;
    var MOST_PAGES = 5; // that are asked for by themselves
    var OPEN = ["Pending", "Preparing", "Running", "Unknown"];
    // What the filter on states has to offer → PrimeHub's phases.
    var PHASES = {open: OPEN, succeeded: ["Succeeded"], failed: ["Failed"], cancelled: ["Cancelled"]};

    // Everything that a person may search for in a job, in small letters.
    function searched(job) {
        return plain([
            job.id, job.display_name, job.user, job.instance_type, job.notebook_path, parameter_text.of(job)
        ].filter(Boolean).join("\n"));
    }

    // As the server compares them: quotes are written in other places than one types them.
    function plain(words) {
        return words.toLowerCase().replace(/['"\\]/g, "");
    }

    // chosen: {notebook: its path or null for all, mine: whether only those of `user`, user, state: a key of PHASES or
    // "", search}. What the server has filtered already passes; what it could not is left out here.
    function fits(job, chosen) {
        var words = plain(chosen.search || "").split(/\s+/).filter(Boolean);
        var text = words.length ? searched(job) : "";
        return (!chosen.notebook || job.notebook_path === chosen.notebook) &&
            (!chosen.mine || !chosen.user || !job.user || job.user === chosen.user) &&
            (!chosen.state || PHASES[chosen.state].indexOf(job.phase) >= 0) &&
            words.every(function (word) { return text.indexOf(word) >= 0; });
    }

    // For the server. Words are searched for here, among what it has sent, and there for what it has not; what it has
    // found need not be found here, where a list's job may lack its parameters.
    function query(chosen, before) {
        return {
            notebook: chosen.notebook || null, mine: chosen.mine ? "1" : null, search: chosen.search || null,
            phase: chosen.state ? PHASES[chosen.state].join(",") : null, before: before || null, limit: PAGE
        };
    }

    function newest_first(one, other) {
        return (Date.parse(other.create_time) || 0) - (Date.parse(one.create_time) || 0);
    }

    // api: {jobs(query) → a promise of {jobs, next, as_of}}. on_change({jobs, as_of: Date or null, error, loading,
    // more}) hears whatever changes: `jobs` is null before the first answer, `error` stays until the next.
    // → {choose(chosen), reload(quiet), more(), note(job): a newer view of one, is(user): who somebody is,
    // unfinished() → ids, close()}
    function create(api, on_change) {
        var chosen = null;
        var known = new Map(); // id → job, of all that were told
        var found = new Set(); // the ids of what the server has found by the words that are searched for
        var listed = false;
        var next = null;
        var unread = null; // {before}: the page some of whose jobs the server has not looked into yet, or null
        var paged = false;
        var as_of = null;
        var error = null;
        var asked = 0; // the number of the newest question; an answer to an older one is not for what is chosen now
        var loading = false;
        var open = true;

        function shown() {
            var trusted = Object.assign({}, chosen, {search: ""});
            return Array.from(known.values()).filter(function (job) {
                return fits(job, found.has(job.id) ? trusted : chosen);
            }).sort(newest_first);
        }

        function tell() {
            if (open) {
                on_change({
                    jobs: listed ? shown() : null, as_of: as_of, error: error, loading: loading,
                    more: !!(next || unread)
                });
            }
        }

        // `quiet`: nobody has asked for it, so nothing shows that it is under way.
        function ask(before, pages, quiet) {
            var number = ++asked;
            var had = listed ? shown().length : 0;
            loading = !quiet;
            tell();
            return api.jobs(query(chosen, before)).then(function (answer) {
                if (number !== asked) {
                    return;
                }
                loading = false;
                error = answer.problem || null; // then it is what the server knew of before
                listed = true;
                if (before || !paged) {
                    next = answer.next || null; // what had been shown beyond the first page stays shown
                }
                paged = paged || !!before;
                as_of = answer.as_of ? new Date(answer.as_of) : new Date();
                answer.jobs.forEach(note);
                answer.jobs.forEach(function (job) { found.add(job.id); });
                unread = answer.unsearched ? {before: before} : null;
                if (unread && pages < MOST_PAGES && shown().length < FEW) {
                    return ask(before, pages + 1, quiet);
                }
                if (next && pages < MOST_PAGES && shown().length < had + FEW && (before || shown().length < FEW)) {
                    return ask(next, pages + 1);
                }
                tell();
            }, function (failed) {
                if (number === asked) {
                    loading = false;
                    error = failed;
                    tell();
                }
            });
        }

        // The list leaves out what only one job's answer has.
        function note(job) {
            var before = known.get(job.id);
            var fresh = Object.assign({}, before, job);
            ["progress", "parameters", "parameters_text", "failure"].forEach(function (name) {
                if (before && !job[name]) {
                    fresh[name] = before[name];
                }
            });
            known.set(job.id, fresh);
        }

        return {
            choose: function (now) {
                chosen = now;
                found = new Set();
                next = unread = null;
                paged = false;
                return ask(null, 1);
            },
            reload: function (quiet) { return ask(null, 1, quiet); },
            more: function () {
                return unread || next ? ask(unread ? unread.before : next, 1) : Promise.resolve();
            },
            note: function (job) {
                note(job);
                tell();
            },
            is: function (user) {
                chosen = Object.assign({}, chosen, {user: user});
                tell();
            },
            unfinished: function () {
                return shown().filter(function (job) { return !job_of.is_over(job); })
                    .map(function (job) { return job.id; });
            },
            close: function () { open = false; }
        };
    }

    return {create: create, fits: fits, query: query};
});
