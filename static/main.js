// The notebook extension: called once by the Notebook when the page loads; adds the style sheet and the menu.
// Nothing else is fetched before somebody comes near the menu, nor is the server asked anything before an item is
// chosen; but for a notebook of whose job somebody still waits to hear.
define(["require", "jquery", "base/js/namespace", "./menu"], function (require, $, Jupyter, menu) {
    "use strict";

    // Whether jobs/watched.js has kept a job of this notebook, or submit/submission_id.js a submission. They and
    // storage.js, whose names for that these are, are not fetched to find out that there is none.
    function is_anything_watched() {
        var notebook = Jupyter.notebook;
        return ["watched", "submissions"].some(function (what) {
            var name = "primehub_nbext:" + what + ":" + notebook.base_url + ":" + notebook.notebook_path;
            try {
                return window.localStorage.getItem(name) !== null;
            } catch (_error) {
                return false; // a page that may keep nothing
            }
        });
    }

    function load_ipython_extension() {
        if (!$("#primehub_css").length) {
            $("<link>").attr({id: "primehub_css", rel: "stylesheet", href: require.toUrl("./primehub.css")})
                .appendTo("head");
        }
        menu.add();
        if (is_anything_watched()) {
            require(["./jobs/status_area"], function (status_area) { status_area.start(); }, function () {});
        }
    }

    return {load_ipython_extension: load_ipython_extension};
});
