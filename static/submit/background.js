// Submissions that go on after their dialog was left: their states in; a notice of the outcome out, or whoever looks at
// the notebook's submission again by then.
define(["../ui/notice", "../words/index"], function (notice, words) {
    "use strict";

    // Notebook path → {listener}: what is under way.
    var going_on = new Map();

    // The submission of this notebook was left. `reopen`: {done(state), failed(state)}, for who clicks at the notice.
    // → the function that is to hear its further states.
    function leave(path, reopen) {
        var entry = {listener: null};
        going_on.set(path, entry);
        return function (state) {
            var ended = state.name === "done" || state.name === "failed";
            if (ended) {
                going_on.delete(path);
            }
            if (entry.listener) {
                entry.listener(state);
            } else if (state.name === "done") {
                notice.tell("success", words.text("notice_submitted", {name: state.job.display_name || ""}),
                    function () { reopen.done(state); });
            } else if (ended) {
                notice.tell("danger", words.text("notice_failed", {why: words.describe(state.error).message}),
                    function () { reopen.failed(state); });
            }
        };
    }

    // → whether a submission of this notebook is under way; listener(state) then hears of it, null: the notice again.
    function watch(path, listener) {
        var entry = going_on.get(path);
        if (entry) {
            entry.listener = listener;
        }
        return !!entry;
    }

    return {leave: leave, watch: watch};
});
