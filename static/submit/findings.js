// What would go wrong in a job: the server's findings in; the notices that say so, aloud too when they change, out.
define(["jquery", "../ui/elements", "../ui/notice", "../words/index"], function ($, elements, notice, words) {
    "use strict";

    var KINDS = {error: "danger", warning: "warning"};

    function finding_box(finding) {
        var said = words.describe(finding);
        return notice.make(KINDS[finding.severity] || "info", "note").addClass("primehub-break")
            .attr("data-finding", said.code).append(
                $("<p>").addClass("primehub-error-message").append(elements.parts(said.message)),
                said.hint ? $("<p>").append(elements.parts(said.hint)) : null
            );
    }

    // A place for findings, there from the start, or screen readers would not speak what comes into it.
    // → {element, show(findings)}
    function place(id) {
        var element = $("<div>").attr({id: id, role: "status"});
        var shown = "[]";

        function show(findings) {
            var now = JSON.stringify(findings);
            // What stays is not said again.
            if (now !== shown) {
                shown = now;
                element.empty().append(findings.map(finding_box));
            }
        }
        return {element: element, show: show};
    }

    return {place: place};
});
