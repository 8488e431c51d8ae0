// What would go wrong in a job: the server's findings in; the notices that say so, aloud too when they change, out.
define(["jquery", "../ui/notice"], function ($, notice) {
    "use strict";

    var KINDS = {error: "danger", warning: "warning"};

    function finding_box(finding) {
        return notice.make(KINDS[finding.severity] || "info", "note").addClass("primehub-break")
            .attr("data-finding", finding.code).append(
                $("<p>").addClass("primehub-error-message").text(finding.message),
                finding.hint ? $("<p>").text(finding.hint) : null
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
