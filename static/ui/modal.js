// Page elements: words in, accessible elements out; and the one kind of dialog that this extension opens.
// Text goes in by .text() and .val() only, so a name that looks like HTML stays a name.
define(["jquery", "base/js/namespace", "base/js/dialog", "../words/en"], function ($, Jupyter, host_dialog, messages) {
    "use strict";

    var text = messages.text;
    var FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";

    // --- links -----------------------------------------------------------------------------------------------------

    // Only web addresses and addresses on this site become links; control characters and spaces never do, since
    // browsers drop them and would then read another address.
    function safe_url(url) {
        return typeof url === "string" && /^(https?:\/\/[^/\\]|\/(?![/\\]))/i.test(url) &&
            !/[\u0000-\u0020\u007f]/.test(url) ? url : null;
    }

    // A link to another page in a new tab; plain text when the address is not one to follow.
    function link(url, label) {
        var href = safe_url(url);
        if (!href) {
            return $("<span>").addClass("primehub-break").text(url ? label + ": " + url : label);
        }
        return $("<a>").attr({href: href, target: "_blank", rel: "noopener noreferrer", title: text("opens_new_tab")})
            .text(label);
    }

    // --- pieces ----------------------------------------------------------------------------------------------------

    function button(id, label, on_click, kind) {
        return $("<button>").addClass("btn btn-sm " + (kind || "btn-default")).attr({type: "button", id: id})
            .text(label).on("click", on_click);
    }

    function spinner() {
        return $("<i>").addClass("fa fa-spinner fa-spin primehub-spinner").attr("aria-hidden", "true");
    }

    function waiting(words) {
        return $("<p>").addClass("primehub-waiting").attr("role", "status")
            .append(spinner(), $("<span>").text(words));
    }

    // The button shows that something goes on, and cannot be pressed again; a second call with no words restores it.
    function working(element, words) {
        if (words) {
            element.data("primehub-label", element.text()).prop("disabled", true).empty()
                .append(spinner(), $("<span>").text(words));
        } else if (element.data("primehub-label")) {
            element.prop("disabled", false).text(element.data("primehub-label")).removeData("primehub-label");
        }
    }

    function notice(kind, role) {
        return $("<div>").addClass("alert alert-" + kind + " primehub-notice").attr("role", role);
    }

    // A failure as a person meets it: what happened, what to do, perhaps a link and buttons.
    function error_box(error, buttons) {
        var said = messages.describe(error);
        var box = notice("danger", "alert").attr({tabindex: "-1", "data-code": said.code})
            .append($("<p>").addClass("primehub-error-message").text(said.message));
        if (said.hint) {
            box.append($("<p>").addClass("primehub-error-hint").text(said.hint));
        }
        if (said.details) {
            box.append($("<p>").addClass("primehub-error-details").text(text("details", {details: said.details})));
        }
        if (safe_url(said.link)) {
            box.append($("<p>").append(link(said.link, text("job_list"))));
        }
        if (buttons && buttons.length) {
            box.append($("<p>").addClass("primehub-choices").append(buttons));
        }
        return box;
    }

    // A labelled control with its help and its place for an error.
    // → {row, control, fault({message, hint} or null), help(words), note: an element for more}
    function field(options) {
        var control = options.control.attr("id", options.id);
        var label = $("<label>").addClass("control-label").attr("for", options.id).text(options.label);
        var help = $("<div>").addClass("help-block primehub-help").attr("id", options.id + "_help");
        var fault = $("<div>").addClass("help-block primehub-fault").attr("id", options.id + "_error");
        var note = $("<div>").addClass("primehub-note");
        if (options.required) {
            control.attr("aria-required", "true");
            label.prepend($("<span>").addClass("primehub-required").attr("aria-hidden", "true").text("* "));
        }
        var row = $("<div>").addClass("form-group primehub-field")
            .append(label, options.around || control, fault, help, note);

        function described() {
            control.attr("aria-describedby", [fault, help].filter(function (element) {
                return element.text() !== "";
            }).map(function (element) { return element.attr("id"); }).join(" ") || null);
        }
        function set_help(words) {
            help.text(words || "").toggle(!!words);
            described();
        }
        function set_fault(error) {
            fault.text(error ? [error.message, error.hint].filter(Boolean).join(" ") : "").toggle(!!error);
            row.toggleClass("has-error", !!error);
            control.attr("aria-invalid", error ? "true" : null);
            described();
        }
        set_help(options.help);
        set_fault(null);
        return {row: row, control: control, fault: set_fault, help: set_help, note: note};
    }

    // Fills a select, keeping the order; `chosen` null leaves it empty.
    function fill_select(select, options, chosen) {
        select.empty().append(options.map(function (option) {
            return $("<option>").attr({value: option.value, title: option.label}).prop("disabled", option.disabled)
                .text(option.label);
        }));
        // Set through the property: .val(null) leaves some browsers on the first option.
        if (chosen === null) {
            select.prop("selectedIndex", -1);
        } else {
            select.val(chosen);
        }
        return select;
    }

    // --- the dialog ------------------------------------------------------------------------------------------------

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
    function open_dialog(options) {
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

    return {
        safe_url: safe_url, link: link, button: button, waiting: waiting, working: working, notice: notice,
        error_box: error_box, field: field, fill_select: fill_select, open_dialog: open_dialog
    };
});
