// The one kind of dialog that this extension opens: a title in; a dialog that keeps the keyboard to itself, and cannot
// be closed while it is busy, out.
define(["jquery", "base/js/namespace", "base/js/dialog"], function ($, Jupyter, host_dialog) {
    "use strict";

    var FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";

    // After closing, focus goes back to the menu, or to the button that unfolds it in a narrow window.
    function return_focus() {
        var menu = $("#primehublink");
        (menu.is(":visible") ? menu : $("#menus .navbar-toggle").first()).trigger("focus");
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

    // Opens a dialog at once. options: {id, title, on_close()}
    // → {modal, show(body, buttons, focus), title(words), busy(words or null), close() → promise, is_open()}
    function open_modal(options) {
        var open = true;
        var busy = null;
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
        modal.addClass("primehub-dialog").attr({
            id: options.id, tabindex: "-1", "aria-modal": "true", "aria-labelledby": options.id + "_title"
        });
        modal.find(".modal-title").attr("id", options.id + "_title");
        // The host hides this button from screen readers, which then read an unnamed stop.
        modal.find(".modal-header .close").removeAttr("aria-hidden");

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
            if (busy) {
                event.preventDefault();
                busy_note.text(busy);
                return;
            }
            open = false;
            if (options.on_close) {
                options.on_close();
            }
        });
        modal.on("hidden.bs.modal", function (event) {
            if (event.target === modal[0]) {
                $(document).off("hidden.bs.modal", on_other_closed);
                return_focus();
                closed();
            }
        });
        $(document).on("hidden.bs.modal", on_other_closed);

        return {
            modal: modal,
            is_open: function () { return open; },
            title: function (words) { modal.find(".modal-title").text(words); },
            // Replaces what is shown. `focus`: where the focus goes, else it goes to the dialog itself.
            show: function (elements, buttons, where) {
                var had_focus = content[0].contains(document.activeElement) || document.activeElement === modal[0];
                body.empty().append(elements);
                footer.empty().append(busy_note.text(""), buttons);
                focus = where || null;
                if (had_focus || document.activeElement === document.body) {
                    focus_now();
                }
            },
            // While busy the dialog cannot be closed; trying to shows the words.
            busy: function (words) {
                busy = words || null;
                busy_note.text("");
                modal.attr("aria-busy", busy ? "true" : null);
                if (busy) {
                    // What had the focus is about to be disabled; Escape must still end up here.
                    modal.trigger("focus");
                }
            },
            close: function () {
                busy = null;
                // Bootstrap cannot hide a dialog that is still appearing.
                when_shown.then(function () { modal.modal("hide"); });
                return when_closed;
            }
        };
    }

    return {open: open_modal};
});
