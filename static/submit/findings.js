// What would go wrong in a job: the server's findings in; the notices that say so, aloud too when they change, out.
define(["jquery", "../ui/elements", "../ui/notice", "../words/index"], function ($, elements, notice, words) {
    "use strict";

    var KINDS = {error: "danger", warning: "warning"};

    // Findings about which the same is to be done, in the order in which each kind came first.
    function grouped(findings) {
        var groups = new Map();
        findings.forEach(function (finding) {
            var kind = JSON.stringify([finding.severity, finding.code, finding.hint]);
            groups.set(kind, (groups.get(kind) || []).concat(finding));
        });
        return Array.from(groups.values());
    }

    function paragraph(sentence) {
        return $("<p>").append(elements.parts(sentence));
    }

    function box(group) {
        var said = group.map(words.describe);
        return notice.make(KINDS[group[0].severity] || "info", "note").addClass("primehub-break")
            .attr("data-finding", said[0].code).append(
                said.map(function (each) { return paragraph(each.message).addClass("primehub-error-message"); }),
                said[0].hint ? paragraph(said[0].hint) : null
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
                element.empty().append(grouped(findings).map(box));
            }
        }
        return {element: element, show: show};
    }

    return {place: place};
});
