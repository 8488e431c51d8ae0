// The page's one feed: what feed.js needs of the page in, the feed that the dialog, the chip and the cells share out.
define(["../api", "./feed"], function (api, feed) {
    "use strict";

    var live = null;

    // Made when somebody first watches a job: a page that does not has no part of this.
    function the_feed() {
        if (!live) {
            live = feed.create({
                ask: api.feed, timers: window, is_hidden: function () { return document.hidden; }, random: Math.random,
                now: Date.now
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
        look: function () { the_feed().look(); },
        note: function (job) { the_feed().note(job); }
    };
});
