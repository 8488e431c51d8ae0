// Notices: a kind, or a failure, in; a box that says it, aloud too, out.
define(["jquery", "./elements", "../words/index"], function ($, elements, words) {
    "use strict";

    var text = words.text;

    function make(kind, role) {
        return $("<div>").addClass("alert alert-" + kind + " primehub-notice").attr("role", role);
    }

    // A failure as a person meets it: what happened, what to do, perhaps a link and buttons.
    function error_box(error, buttons) {
        var said = words.describe(error);
        var box = make("danger", "alert").attr({tabindex: "-1", "data-code": said.code})
            .append($("<p>").addClass("primehub-error-message").text(said.message));
        if (said.hint) {
            box.append($("<p>").addClass("primehub-error-hint").text(said.hint));
        }
        if (said.details) {
            box.append($("<p>").addClass("primehub-error-details").text(text("details", {details: said.details})));
        }
        if (elements.safe_url(said.link)) {
            box.append($("<p>").append(elements.link(said.link, text("job_list"))));
        }
        if (buttons && buttons.length) {
            box.append($("<p>").addClass("primehub-choices").append(buttons));
        }
        return box;
    }

    return {make: make, error_box: error_box};
});
