// The field for the notebook's parameters: what it says first in; the field, as rows or as the text that is sent, and
// with it what the server says: what is wrong, likely secrets, the cell that a job would add, out. The text is what
// counts; the rows write it, and only the server reads it.
define([
    "jquery", "../storage", "../ui/field", "../words/parameters", "./excerpt", "./findings", "./offers", "./rows_view",
    "./values_menu"
], function ($, storage, field, words, excerpt, findings, offers, rows_view, values_menu) {
    "use strict";

    var text = words.text;
    // Findings about what is typed here, wherever the notebook has it; the others are about the notebook.
    var CODES = ["unknown_parameter", "parameter_type", "parameter_choice", "parameter_not_written"];

    function is_about_parameters(finding) {
        return CODES.indexOf(finding.code) >= 0 ||
            (finding.code === "secret_parameter" && typeof finding.cell !== "number");
    }

    // [name, default as in the notebook] of each → one line.
    function defaults_text(defaults) {
        return defaults.filter(function (each) { return typeof each[1] === "string"; }).map(function (each) {
            return each.join("=");
        }).join("; ");
    }

    // given: {value: text to begin with, notebook: as it is on disk, which is what is known before the first answer,
    // values_from: as values_menu.js has it}. on_offer(offers, whether they are made) hears of a cell that was tagged.
    // → a field (ui/field.js) with checked(answer or null: as check.js has it), fault(error, quiet), focus()
    function make(given, on_offer) {
        var notebook = given.notebook;
        var memory = "as_text:" + notebook.path;
        var warning = findings.place("primehub_secret_warning");
        var defaults = excerpt.make("primehub_defaults", text("parameters_defaults"));
        var preview = excerpt.make("primehub_preview", text("parameters_preview"));
        var no_preview = $("<p>").addClass("primehub-preview-none").attr("id", "primehub_preview_none")
            .text(text("parameters_preview_none")).hide();
        var area = $("<textarea>").addClass("form-control").attr({
            rows: 2, placeholder: text("parameters_placeholder"), autocomplete: "off", spellcheck: "false"
        }).val(given.value);
        var reading = $("<p>").addClass("primehub-rows-reading").attr("role", "status").text(text("rows_reading"));
        var rows = rows_view.make("primehub_rows", text("parameters"), {
            edited: on_edited, left: on_left, replace: replace
        });
        var offered = offers.make("primehub_offers", on_offer);
        var menu = values_menu.make("primehub_values", given.values_from, replace);
        var bar = $("<div>").addClass("primehub-rows-bar").append(rows.add, menu.toggle);
        var why_text = $("<p>").addClass("primehub-rows-why").attr({id: "primehub_rows_why", role: "status"});
        var parameters = field.make({
            id: "primehub_parameters", label: text("parameters"), help: text("parameters_help"), folded: true,
            control: area, around: $("<div>").append(area, why_text, reading, rows.element, bar, menu.list),
            notes: [warning.element]
        });
        var set_fault = parameters.fault;
        var toggle = $("<button>").attr({type: "button", id: "primehub_parameters_form"})
            .addClass("btn btn-link primehub-fold primehub-fold-help");
        var how = parameters.row.find("#primehub_parameters_help_toggle");
        function help_rows() {
            rows.element.toggleClass("primehub-rows-helped", how.attr("aria-expanded") === "true");
        }
        how.on("click", help_rows);
        help_rows();
        parameters.row.addClass("primehub-parameters").children().first().append(" ", toggle);
        parameters.note.prepend(offered.element, defaults.element, preview.element, no_preview);

        var shown = null;      // "rows", "text", or "reading" while rows are wanted and nothing is known yet
        var wants_rows = storage.get(memory) !== true;
        var from_elsewhere = true; // whether the text is others than what the rows have sent
        var answer = null;     // the newest, if it is about what is there now
        var fault = null;      // what it finds wrong here
        var own = defaults_text((notebook.parameters || []).map(function (each) { return [each.name, each.value]; }));
        var typed = given.value;
        var typing = false;    // since the field was entered
        var waiting = false;   // for the answer to what was typed last

        // --- what is shown -------------------------------------------------------------------------------------------

        function show(what) {
            shown = what;
            area.toggle(what === "text");
            rows.element.toggle(what === "rows");
            reading.toggle(what === "reading");
            bar.toggle(what !== "reading");
            rows.add.toggle(what === "rows" && !!answer && (answer.tagged === null || rows.count() === 0));
            toggle.text(text(what === "text" ? "rows_as_rows" : "rows_as_text"));
            parameters.row.find("label").first().attr("for", what === "text" ? "primehub_parameters" : null);
            if (what !== "text") {
                defaults.show("");
            }
        }

        // As rows, if the server can read the text; where it cannot, as text, with what is wrong.
        function arrange() {
            if (!wants_rows || (answer && fault && shown !== "rows")) {
                show("text");
            } else if (answer && !fault) {
                rows.show(answer.parameters, from_elsewhere || shown !== "rows");
                from_elsewhere = false;
                show("rows");
            } else if (!answer && !waiting) {
                show("text");
            }
            why_text.text(!wants_rows || shown !== "text" ? "" : text(answer ? "rows_unread" : "rows_unanswered"))
                .toggle(wants_rows && shown === "text");
        }

        // Half a word is not wrong yet: what is wrong with it is an error only when somebody leaves it so.
        function tell() {
            var is_at_row = shown === "rows" && rows.fault(fault, typing);
            if (shown !== "rows") {
                rows.fault(null);
            }
            set_fault(fault && !is_at_row ? words.describe(fault) : null, typing);
        }

        // --- what somebody does --------------------------------------------------------------------------------------

        // Something else is there than before.
        function on_typed() {
            typed = area.val();
            waiting = true;
            preview.outdate();
            tell();
        }

        function on_edited(now) {
            area.val(now);
            typing = true;
            if (now !== typed) {
                on_typed();
                area.trigger("input");
            }
        }

        // Values from elsewhere take the place of what is there.
        function replace(now) {
            from_elsewhere = true;
            if (now !== area.val()) {
                area.val(now);
                on_typed();
                area.trigger("input");
            } else if (answer) {
                arrange();
            }
        }

        // The host takes the focus for a moment when the dialog has faded in; that is not leaving.
        function on_left(is_entered) {
            window.setTimeout(function () {
                if (typing && !is_entered()) {
                    typing = false;
                    if (fault && !waiting) {
                        tell();
                    }
                }
            });
        }

        area.on("input", function () {
            if (area.val() === typed) {
                return; // nothing that would be answered
            }
            typing = true;
            on_typed();
        }).on("blur", function () {
            on_left(function () { return area.is(document.activeElement); });
        });

        toggle.on("click", function () {
            wants_rows = shown === "text";
            storage.set(memory, wants_rows ? null : true);
            from_elsewhere = true;
            typing = false;
            if (wants_rows && waiting) {
                show("reading");
            } else {
                arrange();
            }
            tell();
            show_rest();
            if (shown === "text" && !wants_rows) {
                area.trigger("focus");
            }
        });

        // --- what the server says ------------------------------------------------------------------------------------

        function show_rest() {
            var about = ((answer || notebook).findings || []).filter(is_about_parameters);
            warning.show(shown === "rows" ? rows.findings(about) : about);
            if (answer) {
                own = defaults_text(answer.parameters.map(function (each) { return [each.name, each.default]; }));
            }
            if (shown === "text") {
                defaults.show(own);
            }
        }

        parameters.checked = function (now) {
            var before = fault;
            var was_waiting = waiting;
            answer = now;
            fault = answer && answer.faults.filter(function (each) { return each.field === "parameters"; })[0] || null;
            waiting = false;
            arrange();
            // What the submission was refused for stays until something is typed.
            if (fault || before || was_waiting) {
                tell();
            }
            preview.show(answer ? answer.preview : "");
            no_preview.toggle(!!answer && answer.preview === "" && !fault);
            offered.show(answer);
            show_rest();
        };
        parameters.fault = function (error, quiet) {
            var is_at_row = shown === "rows" && rows.fault(error, quiet);
            set_fault(error && !is_at_row ? words.describe(error) : null, quiet);
        };
        parameters.focus = function (error) {
            if (shown === "rows") {
                rows.focus(error && error.values ? error.values.parameter : null);
            } else {
                area.trigger("focus");
            }
        };
        waiting = true; // the first answer is asked for when the form is there
        show(wants_rows ? "reading" : "text");
        show_rest();
        return parameters;
    }

    return {make: make, is_about_parameters: is_about_parameters};
});
