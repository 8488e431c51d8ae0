// The notebook extension: called once by the Notebook when the page loads; adds the style sheet and the menu.
// Nothing else is fetched, and the server is not asked anything, before a menu item is chosen; but for a notebook of
// whose job somebody still waits to hear.
define(["require", "jquery", "./menu"], function (require, $, menu) {
    "use strict";

    // What jobs/watched.js has written, whichever notebook's. That file is not fetched to find out that there is none.
    function is_anything_watched() {
        try {
            return Object.keys(window.localStorage).some(function (name) {
                return name.indexOf("primehub_nbext:watched:") === 0;
            });
        } catch (_error) {
            return false; // a page that may keep nothing
        }
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
