// A form's field: a control and its words in; a row with label, help and a place for what is wrong out.
define(["jquery", "./elements"], function ($, elements) {
    "use strict";

    // A labelled control with its help and its place for an error. `options.notes`: more elements with ids that say
    // something of it.
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
            label.prepend($("<span>").addClass("primehub-required").attr("aria-hidden", "true").text("* "));
        }
        var row = $("<div>").addClass("form-group primehub-field")
            .append(label, options.around || control, fault, help, note.append(options.notes));
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
        set_fault(null);
        return {row: row, control: control, fault: set_fault, help: set_help, note: note};
    }

    return {make: make};
});
