// The style sheet of the jobs: nothing in; it is in the page, from when something of them is first shown on.
define(["require", "jquery"], function (require, $) {
    "use strict";

    function add() {
        if (!$("#primehub_jobs_css").length) {
            $("<link>").attr({id: "primehub_jobs_css", rel: "stylesheet", href: require.toUrl("./jobs.css")})
                .appendTo("head");
        }
    }

    return {add: add};
});
