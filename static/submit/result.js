// The result of a submission: the job in; what a person wants to know of it, and where to look at it, out.
define(["jquery", "../ui/elements", "../words/index"], function ($, elements, words) {
    "use strict";

    var text = words.text;

    function fact(label, id, value) {
        return [$("<dt>").text(label), $("<dd>").append($("<div>").addClass("primehub-break primehub-scroll")
            .attr("id", id).text(value))];
    }

    // `created`: false when the submission had made this job before.
    function make(job, created) {
        var facts = $("<dl>").addClass("primehub-facts").append(
            fact(text("result_name"), "primehub_result_name", job.display_name || ""),
            fact(text("result_id"), "primehub_result_id", job.id || "")
        );
        var time = new Date(job.create_time || NaN);
        if (!created && !isNaN(time)) {
            facts.append(fact(text("result_time"), "primehub_result_time", time.toLocaleString()));
        }
        if (job.output_path) {
            facts.append($("<dt>").text(text("result_output")), $("<dd>").append(
                $("<code>").addClass("primehub-path").attr("id", "primehub_result_output").text(job.output_path)));
        }
        var body = $("<div>").attr({id: "primehub_result"}).append(
            $("<p>").addClass("primehub-result-state").attr({role: "status", "data-created": String(created)})
                .text(text(created ? "result_done" : "result_before")),
            facts
        );
        if (job.console_url) {
            body.append($("<p>").addClass("primehub-result-link")
                .append(elements.link(job.console_url, text("result_link")).attr("id", "primehub_result_link")));
        }
        return body;
    }

    return {make: make};
});
