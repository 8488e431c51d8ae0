// The PrimeHub menu in the notebook's menu bar: nothing in, a menu before Help out.
// It behaves as File…Help do, and besides answers to Enter and Space, which the host's own menus do not.
// What can be chosen there are also actions, which the command palette finds and keys can be bound to.
define([
    "require", "module", "jquery", "base/js/namespace", "./words/en_menu"
], function (require, module, $, Jupyter, words) {
    "use strict";

    var opening = null; // opening.js, once it is there
    var wanted = null;  // what was chosen before that: {command, origin}

    function text(key) {
        return words.strings[key];
    }

    // What opens a dialog: its item in the menu, its words, its file, and the action's name, which is what the command
    // palette shows and searches.
    var COMMANDS = [
        {
            id: "primehub_submit", label: "menu_submit", file: "./submit/dialog",
            action: "submit-notebook-as-primehub-job"
        },
        {id: "primehub_jobs", label: "menu_jobs", file: "./jobs/dialog", action: "primehub-jobs"},
        {
            id: "primehub_origin_item", label: "menu_origin", file: "./provenance/dialog",
            action: "primehub-where-did-this-come-from"
        },
        {id: "primehub_token", label: "menu_token", file: "./token/dialog", action: "primehub-api-token"}
    ];

    // After a file that could not be fetched: forget it and all that waits for it, or RequireJS would let them wait for
    // ever. Its registry, which has no other door, holds what is not there yet. In place of a file there may also have
    // been a login page, which RequireJS takes for a module of nothing.
    function forget_unfinished(file) {
        var here = module.id.replace(/menu$/, "");
        window.requirejs.undef(here + file.slice(2));
        Object.keys(window.requirejs.s.contexts._.registry).forEach(function (id) {
            if (id.indexOf(here) === 0) {
                window.requirejs.undef(id);
            }
        });
    }

    // At once: the host's own hide() would, a moment later, take away what is said next.
    function not_wanted() {
        wanted = null;
        Jupyter.notification_area.widget("primehub").element.stop(true, true).hide();
        document.removeEventListener("keydown", on_escape, true);
    }

    function on_escape(event) {
        if (event.key === "Escape") {
            not_wanted();
        }
    }

    // What opens dialogs is fetched when somebody first comes near the menu, so that a page that never submits pays for
    // the menu only, and a dialog is there at once when it is chosen.
    function prepare() {
        if (opening) {
            return;
        }
        require(["./opening"], function (found) {
            if (!found) {
                not_there();
                return;
            }
            opening = found;
            if (wanted) {
                var now = wanted;
                not_wanted();
                open(now.command, now.origin);
            }
        }, not_there);
    }

    // Why it could not be fetched is not known here: it may be the login, or a server that is stopped. The server's own
    // address leads to where both are mended.
    function not_there() {
        forget_unfinished("./opening");
        if (wanted) {
            not_wanted();
            Jupyter.notification_area.widget("primehub").danger(text("not_there"), undefined, function () {
                window.open(Jupyter.notebook.base_url, "_blank", "noopener");
            });
        }
    }

    // `origin`: where the focus goes in the end, null for the selected cell.
    function open(command, origin) {
        if (opening) {
            opening.open(command, text(command.label), origin, forget_unfinished);
            return;
        }
        wanted = {command: command, origin: origin};
        Jupyter.notification_area.widget("primehub").info(text("loading"), -1);
        document.addEventListener("keydown", on_escape, true);
        prepare();
    }

    function entry(id, label) {
        var link = $("<a>").attr({href: "#", role: "menuitem"}).text(label);
        return $("<li>").attr({id: id, role: "none"}).append(link);
    }

    function item(command) {
        return entry(command.id, text(command.label)).on("click", function (event) {
            event.preventDefault();
            // A click without a mouse: Enter, Space, or something that helps a person.
            open(command, event.originalEvent && event.originalEvent.detail === 0 ? $("#primehublink") : null);
        });
    }

    function add_action(command) {
        Jupyter.actions.register({
            help: text(command.label), icon: "fa-cloud-upload", handler: function () { open(command, null); }
        }, command.action, "primehub");
    }

    // The page is a part of the extension, so that it is there without a network and is about this version.
    function help() {
        var link = entry("primehub_help", text("menu_help"));
        var icon = $("<i>").addClass("fa fa-external-link menu-icon pull-right").attr("aria-hidden", "true");
        link.find("a").attr({
            href: require.toUrl("./help.html"), target: "_blank", rel: "noopener noreferrer",
            title: text("opens_new_tab")
        }).prepend(icon);
        return link;
    }

    function on_keydown(event) {
        var is_item = $(this).is("[role=menuitem]");
        if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) {
            return; // Shift+Enter runs the cell from here too
        }
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
                COMMANDS.map(item),
                $("<li>").addClass("divider").attr("role", "none"),
                help()
            );
        var link = $("<a>").addClass("dropdown-toggle").text(text("menu")).attr({
            id: "primehublink", href: "#", "data-toggle": "dropdown", "aria-haspopup": "true",
            "aria-expanded": "false", "aria-controls": "primehub_menu"
        });
        var dropdown = $("<li>").addClass("dropdown").append(link, menu).on("keydown", "a", on_keydown)
            .on("mouseenter focusin show.bs.dropdown", prepare);
        var before = $("#menubar #help_menu").closest("li.dropdown");
        if (before.length) {
            dropdown.insertBefore(before);
        } else {
            $("#menubar ul.nav.navbar-nav").first().append(dropdown);
        }
        COMMANDS.forEach(add_action);
    }

    return {add: add};
});
