// The field for the notebook's parameters: what it says first in; the field, and under it what the server says of it
// (what is wrong, the notebook's defaults, the cell that a job would add, likely secrets), out.
define(["jquery", "../ui/field", "../words/index", "./findings"], function ($, field, words, findings) {
    "use strict";

    var text = words.text;
    // Findings about what is typed here; the others are about the notebook.
    var CODES = ["secret_parameter"];

    function is_about_parameters(finding) {
        return CODES.indexOf(finding.code) >= 0 && typeof finding.cell !== "number";
    }

    // A part of the notebook as it is, under its label; gone while there is none. One that holds more than fits is
    // scrolled by keyboard too.
    function make_excerpt(id, label) {
        var code = $("<code>").addClass("primehub-path").attr({
            id: id, role: "group", "aria-labelledby": id + "_label"
        });
        var row = $("<div>").addClass("primehub-excerpt").append(
            $("<div>").addClass("help-block primehub-help").attr("id", id + "_label").text(text(label)), code
        ).hide();
        return {
            row: row,
            show: function (excerpt) {
                code.text(excerpt);
                row.toggle(excerpt !== "").removeClass("primehub-outdated");
                code.attr("tabindex", code[0].scrollHeight > code[0].clientHeight ? "0" : null);
            },
            outdate: function () { row.addClass("primehub-outdated"); }
        };
    }

    // [name, default as in the notebook] of each → one line.
    function defaults_text(defaults) {
        return defaults.filter(function (each) { return typeof each[1] === "string"; }).map(function (each) {
            return each.join("=");
        }).join("; ");
    }

    // `notebook`: as it is on disk, which is what is known before the first answer.
    // → a field (ui/field.js) with checked(answer or null: as check.js has it)
    function make(value, notebook) {
        var warning = findings.place("primehub_secret_warning");
        var defaults = make_excerpt("primehub_defaults", "parameters_defaults");
        var preview = make_excerpt("primehub_preview", "parameters_preview");
        var parameters = field.make({
            id: "primehub_parameters", label: text("parameters"), help: text("parameters_help"),
            folded: true, control: $("<textarea>").addClass("form-control").attr({
                rows: 2, placeholder: text("parameters_placeholder"), autocomplete: "off", spellcheck: "false"
            }).val(value),
            notes: [warning.element]
        });
        parameters.note.prepend(defaults.row, preview.row);

        var fault = null;     // what the newest answer finds wrong here
        var typed = value;
        var typing = false;   // since the field was entered
        var waiting = false;  // for the answer to what was typed last

        // Half a word is not wrong yet: what is wrong with it is an error only when somebody leaves it so.
        function tell() {
            parameters.fault(fault && words.describe(fault), typing);
        }
        parameters.control.on("input", function () {
            if (this.value === typed) {
                return; // nothing that would be answered
            }
            typed = this.value;
            typing = waiting = true;
            preview.outdate();
            tell();
        }).on("blur", function () {
            // The host takes the focus for a moment when the dialog has faded in; that is not leaving.
            window.setTimeout(function () {
                if (typing && !parameters.control.is(document.activeElement)) {
                    typing = false;
                    if (fault && !waiting) {
                        tell();
                    }
                }
            });
        });

        function show_findings(found) {
            warning.show((found || []).filter(is_about_parameters));
        }
        parameters.checked = function (answer) {
            var before = fault;
            fault = answer && answer.faults.filter(function (each) { return each.field === "parameters"; })[0] || null;
            // What the submission was refused for stays until something is typed.
            if (fault || before || waiting) {
                waiting = false;
                tell();
            }
            preview.show(answer ? answer.preview : "");
            show_findings(answer ? answer.findings : notebook.findings);
            if (answer) {
                defaults.show(defaults_text(answer.parameters.map(function (each) {
                    return [each.name, each.default];
                })));
            }
        };
        defaults.show(defaults_text((notebook.parameters || []).map(function (each) {
            return [each.name, each.value];
        })));
        show_findings(notebook.findings);
        return parameters;
    }

    return {make: make, is_about_parameters: is_about_parameters};
});
