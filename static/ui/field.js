// A form's field: a control and its words in; a row with label, help and a place for what is wrong out.
define(["jquery"], function ($) {
    "use strict";

    // A labelled control with its help and its place for an error.
    // → {row, control, fault({message, hint} or null), help(sentence), note: an element for more}
    function make(options) {
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
        function set_help(sentence) {
            help.text(sentence || "").toggle(!!sentence);
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

    return {make: make};
});
