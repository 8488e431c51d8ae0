// Notices: a kind, or a failure, in; a box that says it, aloud too, out, or a line in the Notebook's notification area.
define([
    "jquery", "base/js/namespace", "./elements", "../words/index"
], function ($, Jupyter, elements, words) {
    "use strict";

    var text = words.text;
    var SHORT = 5000; // ms

    function make(kind, role) {
        return $("<div>").addClass("alert alert-" + kind + " primehub-notice").attr("role", role);
    }

    // A failure as a person meets it: what happened, what to do, perhaps a link and buttons.
    function error_box(error, buttons) {
        var said = words.describe(error);
        var box = make("danger", "alert").attr({tabindex: "-1", "data-code": said.code})
            .append($("<p>").addClass("primehub-error-message").append(elements.parts(said.message)));
        if (said.hint) {
            box.append($("<p>").addClass("primehub-error-hint").append(elements.parts(said.hint)));
        }
        if (said.details) {
            box.append($("<p>").addClass("primehub-error-details").text(text("details", {details: said.details})));
        }
        if (elements.safe_url(said.link)) {
            box.append($("<p>").append(elements.link(said.link, said.link_label || text("job_list"))));
        }
        if (buttons && buttons.length) {
            box.append($("<p>").addClass("primehub-choices").append(buttons));
        }
        return box;
    }

    // Says it above the notebook, until somebody clicks at it, or for some seconds if nothing is to be done then.
    function tell(kind, sentence, on_click) {
        var widget = Jupyter.notification_area.widget("primehub");
        sentence = sentence.replace(/`([^`]+)`/g, "$1"); // the host's line has no style for code
        widget.element.attr("role", "status");
        widget.set_message(sentence, on_click ? undefined : SHORT, on_click && function () { on_click(); }, {
            class: kind, title: sentence
        });
    }

    return {make: make, error_box: error_box, tell: tell};
});
