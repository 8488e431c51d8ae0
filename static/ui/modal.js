// The one kind of dialog that this extension opens: a title in; a dialog that keeps the keyboard to itself and can be
// closed at any time, out. There is one at a time.
define([
    "jquery", "base/js/namespace", "base/js/dialog", "./patience"
], function ($, Jupyter, host_dialog, patience) {
    "use strict";

    var FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";

    // The dialog that is there, if only to fade out.
    var current = null;

    // After closing, the host has selected the cell again, in command mode; the focus goes there too. To the menu, or
    // to the button that unfolds it in a narrow window, only for who came from there by keyboard.
    function return_focus(origin) {
        if (origin) {
            ($(origin).is(":visible") ? $(origin) : $("#menus .navbar-toggle").first()).trigger("focus");
            return;
        }
        var cell = Jupyter.notebook.get_selected_cell();
        if (cell) {
            cell.element[0].focus({preventScroll: true});
        }
        Jupyter.keyboard_manager.command_mode();
    }

    // Keeps Tab inside: bootstrap 3 pulls the focus back only after it has left.
    function keep_tab_inside(event, modal) {
        var stops = modal.find(FOCUSABLE).filter(":visible").filter(function () {
            return !this.disabled && this.tabIndex >= 0;
        });
        var at = stops.index(document.activeElement);
        if (!stops.length) {
            event.preventDefault();
            modal.trigger("focus");
        } else if (event.shiftKey ? at <= 0 : at === stops.length - 1) {
            event.preventDefault();
            stops.get(event.shiftKey ? stops.length - 1 : 0).focus();
        }
    }

    // Opens a dialog at once. options: {id, title, origin: where the focus goes after closing, null for the selected
    // cell; early: whether it is there only until what it is for has been fetched, on_close()}
    // → {modal, show(body, buttons, focus), buttons(buttons), focus(element), title(words), busy(whether, offer),
    // close() → promise, is_open(), become(options): the same dialog is another from now on}
    function open_modal(options) {
        if (current && current.early()) {
            return current.become(options);
        }
        var open = true;
        var waiting = null;
        var focus = null;
        var shown, closed;
        var when_shown = new Promise(function (resolve) { shown = resolve; });
        var when_closed = new Promise(function (resolve) { closed = resolve; });
        var busy_note = $("<p>").addClass("primehub-busy text-muted").attr("role", "status");
        var body = $("<div>").addClass("primehub-body");

        var modal = host_dialog.modal({
            title: options.title, body: body, buttons: {},
            // Without these the keys typed here would also be commands to the notebook.
            notebook: Jupyter.notebook, keyboard_manager: Jupyter.keyboard_manager,
            open: function () {
                shown();
                focus_now();
            }
        });
        var content = modal.find(".modal-content");
        var footer = modal.find(".modal-footer");
        modal.addClass("primehub-dialog").attr({tabindex: "-1", "aria-modal": "true"});
        // The host hides this button from screen readers, which then read an unnamed stop.
        modal.find(".modal-header .close").removeAttr("aria-hidden");

        function identify() {
            modal.attr({id: options.id, "aria-labelledby": options.id + "_title"});
            // The host's is an h4, whatever headings the notebook has.
            modal.find(".modal-title").attr({id: options.id + "_title", role: "heading", "aria-level": "2"})
                .text(options.title);
        }
        function stop_waiting() {
            if (waiting) {
                waiting.stop();
                waiting = null;
            }
            modal.attr("aria-busy", null);
        }
        function focus_now() {
            if (open && focus) {
                $(focus).first().trigger("focus");
            }
            if (open && !content[0].contains(document.activeElement)) {
                modal.trigger("focus");
            }
        }
        // A dialog of the host's that opened above this one gives the keyboard back to the notebook when it closes.
        function on_other_closed(event) {
            if (open && event.target !== modal[0]) {
                $("body").addClass("modal-open");
                Jupyter.keyboard_manager.disable();
                focus_now();
            }
        }
        modal.on("focusin", function (event) {
            Jupyter.keyboard_manager.disable();
            if (content[0].contains(event.target)) {
                // Where somebody is by now. The host takes the focus once more when the dialog has faded in.
                focus = event.target;
            }
        });
        modal.on("keydown", function (event) {
            if (event.key === "Tab") {
                keep_tab_inside(event, modal);
            }
        });
        // Bootstrap has just taken the focus, and `open` above comes a moment later: keys typed between would be lost.
        modal.on("shown.bs.modal", focus_now);
        modal.on("hide.bs.modal", function (event) {
            if (event.target !== modal[0]) {
                return;
            }
            open = false;
            stop_waiting();
            if (options.on_close) {
                options.on_close();
            }
        });
        modal.on("hidden.bs.modal", function (event) {
            if (event.target === modal[0]) {
                $(document).off("hidden.bs.modal", on_other_closed);
                current = null;
                return_focus(options.origin);
                closed();
            }
        });
        $(document).on("hidden.bs.modal", on_other_closed);

        // Bootstrap hears Escape only once the dialog has appeared and has the focus; nobody waits for that.
        function on_early_escape(event) {
            if (event.key === "Escape" && open) {
                current.close();
            }
        }
        document.addEventListener("keydown", on_early_escape, true);
        when_shown.then(function () { document.removeEventListener("keydown", on_early_escape, true); });

        identify();

        current = {
            modal: modal,
            is_open: function () { return open; },
            early: function () { return open && !!options.early; },
            become: function (next) {
                options = next;
                identify();
                return current;
            },
            title: function (words) { modal.find(".modal-title").text(words); },
            // Replaces what is shown. `focus`: where the focus goes, else it goes to the dialog itself.
            show: function (elements, buttons, where) {
                var had_focus = content[0].contains(document.activeElement) || document.activeElement === modal[0];
                stop_waiting();
                body.empty().append(elements);
                footer.empty().append(busy_note.empty(), buttons);
                focus = where || null;
                if (had_focus || document.activeElement === document.body) {
                    focus_now();
                }
            },
            // Other buttons under what is shown; the focus stays, unless it was on one that is gone.
            buttons: function (now) {
                var in_footer = footer[0].contains(document.activeElement);
                footer.children(":not(.primehub-busy)").detach();
                footer.append(now);
                if (in_footer && !footer[0].contains(document.activeElement)) {
                    modal.trigger("focus");
                }
            },
            // Where the focus goes now, or when the dialog has appeared.
            focus: function (where) {
                focus = where;
                focus_now();
            },
            // While busy it says how long that takes; `offer`: a button for who does not want to wait any longer.
            busy: function (whether, offer) {
                stop_waiting();
                footer.find(".primehub-offer").remove();
                if (whether) {
                    modal.attr("aria-busy", "true");
                    waiting = patience.start(busy_note, function () {
                        if (offer) {
                            busy_note.after(offer.addClass("primehub-offer"));
                        }
                    });
                    // What had the focus is about to be disabled; Escape must still end up here.
                    modal.trigger("focus");
                }
            },
            close: function () {
                // Bootstrap cannot hide a dialog that is still appearing.
                when_shown.then(function () { modal.modal("hide"); });
                return when_closed;
            }
        };
        return current;
    }

    return {open: open_modal, is_any_open: function () { return current !== null; }};
});
