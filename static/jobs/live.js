// The page's one feed: what feed.js needs of the page in, the feed that the dialog, the chip and the cells share out.
define(["../api", "./feed"], function (api, feed) {
    "use strict";

    function ask(ids) {
        var failed = {};
        return Promise.all(ids.map(function (id) {
            return api.job(id).catch(function (error) {
                failed[id] = error;
                return null;
            });
        })).then(function (jobs) {
            var found = jobs.filter(Boolean);
            var errors = Object.keys(failed).map(function (id) { return failed[id]; });
            if (!found.length && errors.length && !errors.some(function (error) { return error.status === 404; })) {
                throw errors[0];
            }
            return {jobs: found, failed: failed};
        });
    }

    var live = null;

    // Made when somebody first watches a job: a page that does not has no part of this.
    function the_feed() {
        if (!live) {
            live = feed.create({
                ask: ask, timers: window, is_hidden: function () { return document.hidden; }, random: Math.random
            });
            document.addEventListener("visibilitychange", function () {
                if (!document.hidden) {
                    live.look();
                }
            });
        }
        return live;
    }

    return {
        watch: function (ids, listener) { return the_feed().watch(ids, listener); },
        look: function () { the_feed().look(); }
    };
});
