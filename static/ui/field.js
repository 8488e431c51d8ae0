// A form's field: a control and its words in; a row with label, help and a place for what is wrong out.
define(["jquery", "./elements", "./fold", "../words/index"], function ($, elements, fold, words) {
    "use strict";

    // A labelled control with its help and its place for an error. `options.notes`: more elements with ids that say
    // something of it; `options.folded`: whether the help has to be asked for.
    // → {row, control, fault({message, hint} or null, quiet: whether that is no more than a note for who still types),
    // help(sentence), note: an element for more}
    function make(options) {
        var control = options.control.attr("id", options.id);
        var label = $("<label>").addClass("control-label").attr("for", options.id).text(options.label);
        var help = $("<div>").addClass("help-block primehub-help").attr("id", options.id + "_help");
        // Always there, or screen readers would not speak what comes into it.
        var fault = $("<div>").addClass("help-block primehub-fault").attr("id", options.id + "_error");
        var note = $("<div>").addClass("primehub-note");
        if (options.required) {
            control.attr("aria-required", "true");
        }
        var row = $("<div>").addClass("form-group primehub-field").append(
            $("<div>").addClass("primehub-label").append(label),
            $("<div>").append(options.around || control, fault, help, note.append(options.notes))
        );
        control.attr("aria-describedby", [fault, help].concat(options.notes || []).map(function (element) {
            return element.attr("id");
        }).join(" "));

        var shown = "";

        function set_help(sentence) {
            help.text(sentence || "").toggle(!!sentence);
        }
        function set_fault(error, quiet) {
            var is_error = !!error && !quiet;
            var sentence = error ? [error.message, error.hint].filter(Boolean).join(" ") : "";
            if (sentence === shown && is_error === row.hasClass("has-error")) {
                return; // what stays is not said again
            }
            shown = sentence;
            row.toggleClass("has-error", is_error);
            control.attr("aria-invalid", is_error ? "true" : null);
            fault.attr("aria-live", is_error ? "polite" : "off").empty().append(elements.parts(sentence));
        }
        set_help(options.help);
        if (options.folded) {
            var asked = fold.make(help.attr("id"), help, "primehub-fold-help");
            asked.label(words.text("how"));
            asked.toggle.attr("title", options.help);
            row.children().first().append(" ", asked.toggle);
        }
        set_fault(null);
        return {row: row, control: control, fault: set_fault, help: set_help, note: note};
    }

    return {make: make};
});
