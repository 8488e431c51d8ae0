// The PrimeHub menu in the notebook's menu bar: nothing in, a menu before Help out.
// It behaves as File…Help do, and besides answers to Enter and Space, which the host's own menus do not.
define([
    "require", "module", "jquery", "base/js/namespace", "./words/index"
], function (require, module, $, Jupyter, words) {
    "use strict";

    var DOCS = "https://docs.primehub.io";
    var text = words.text;
    var presses = 0;

    // After a file that could not be fetched: forget it and all that waits for it, or RequireJS would let them wait for
    // ever. Its registry, which has no other door, holds what is not there yet.
    function forget_unfinished() {
        var here = module.id.replace(/menu$/, "");
        Object.keys(window.requirejs.s.contexts._.registry).forEach(function (id) {
            if (id.indexOf(here) === 0) {
                window.requirejs.undef(id);
            }
        });
    }

    // The dialogs are fetched when they are first wanted, so that a page that never submits pays for the menu only.
    function open(name) {
        presses += 1;
        var press = presses;
        require([name], function (dialog) {
            // RequireJS remembers what was asked for before a failure: that comes along with what was asked for now.
            if (press === presses) {
                dialog.open();
            }
        }, function () {
            forget_unfinished();
            Jupyter.notification_area.widget("primehub").danger(text("load_failed"));
        });
    }

    function entry(id, label) {
        var link = $("<a>").attr({href: "#", role: "menuitem"}).text(label);
        return $("<li>").attr({id: id, role: "none"}).append(link);
    }

    function command(id, label, name) {
        return entry(id, label).on("click", function (event) {
            event.preventDefault();
            open(name);
        });
    }

    function help() {
        var item = entry("primehub_help", text("menu_help"));
        var icon = $("<i>").addClass("fa fa-external-link menu-icon pull-right").attr("aria-hidden", "true");
        item.find("a").attr({href: DOCS, target: "_blank", rel: "noopener noreferrer", title: text("opens_new_tab")})
            .prepend(icon);
        return item;
    }

    function on_keydown(event) {
        var is_item = $(this).is("[role=menuitem]");
        if (event.key === "Enter") {
            // Kept from the notebook's keyboard manager, which would go to edit mode; the browser then clicks.
            event.stopPropagation();
        } else if (event.key === " " && is_item) {
            event.stopPropagation();
            event.preventDefault();
            this.click();
        }
    }

    function add() {
        if ($("#primehub_menu").length) {
            return;
        }
        var menu = $("<ul>").addClass("dropdown-menu")
            .attr({id: "primehub_menu", role: "menu", "aria-labelledby": "primehublink"})
            .append(
                command("primehub_submit", text("menu_submit"), "./submit/dialog"),
                command("primehub_token", text("menu_token"), "./token/dialog"),
                $("<li>").addClass("divider").attr("role", "none"),
                help()
            );
        var link = $("<a>").addClass("dropdown-toggle").text(text("menu")).attr({
            id: "primehublink", href: "#", "data-toggle": "dropdown", "aria-haspopup": "true",
            "aria-expanded": "false", "aria-controls": "primehub_menu"
        });
        var item = $("<li>").addClass("dropdown").append(link, menu).on("keydown", "a", on_keydown);
        var before = $("#menubar #help_menu").closest("li.dropdown");
        if (before.length) {
            item.insertBefore(before);
        } else {
            $("#menubar ul.nav.navbar-nav").first().append(item);
        }
    }

    return {add: add};
});
