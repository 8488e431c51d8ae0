// The notebook extension: called once by the Notebook when the page loads; adds the style sheet and the menu.
// Nothing else is fetched, and the server is not asked anything, before a menu item is chosen.
define(["require", "jquery", "./menu"], function (require, $, menu) {
    "use strict";

    function load_ipython_extension() {
        if (!$("#primehub_css").length) {
            $("<link>").attr({id: "primehub_css", rel: "stylesheet", href: require.toUrl("./primehub.css")})
                .appendTo("head");
        }
        menu.add();
    }

    return {load_ipython_extension: load_ipython_extension};
});
