// The field for the notebook's parameters: what it says first, the notebook's defaults and the server's rule for
// secrets in; the field, with the defaults and a warning under it, out.
define(["jquery", "../ui/field", "../words/index", "./secrets"], function (
    $, field, words, secrets
) {
    "use strict";

    var text = words.text;

    function make(value, defaults, rule) {
        var parameters = field.make({
            id: "primehub_parameters", label: text("parameters"), help: text("parameters_help"),
            control: $("<textarea>").addClass("form-control").attr({
                rows: 3, placeholder: text("parameters_placeholder"), autocomplete: "off", spellcheck: "false"
            }).val(value)
        });
        // The warning's place is there from the start, or screen readers would not speak it.
        var warning = $("<div>").attr({id: "primehub_secret_warning", role: "status"});
        if (defaults) {
            parameters.note.append(
                $("<div>").addClass("help-block primehub-help").text(text("parameters_defaults")),
                $("<code>").addClass("primehub-path").attr({id: "primehub_defaults", tabindex: "0"}).text(defaults)
            );
        }
        parameters.note.append(warning);

        function warn() {
            var names = secrets.secrets(parameters.control.val(), rule);
            var said = names.length ? text("secret", {names: names.join(", ")}) : "";
            if (warning.text() !== said) {
                warning.empty();
                if (said) {
                    warning.append($("<div>").addClass("alert alert-warning primehub-notice primehub-break")
                        .text(said));
                }
            }
        }
        parameters.control.on("input", warn);
        warn();
        return parameters;
    }

    return {make: make};
});
