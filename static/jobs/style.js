// The style sheet of the jobs: nothing in; it is in the page, from when something of them is first shown on.
define(["require", "../ui/style"], function (require, style) {
    "use strict";

    return {add: function () { style.add("primehub_jobs_css", require.toUrl("./jobs.css")); }};
});
