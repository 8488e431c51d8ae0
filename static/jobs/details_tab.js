// The tab "Details": a job, again and again, in; what it was given, where it runs, when, and links, out.
define([
    "jquery", "../ui/elements", "../words/jobs", "../words/times", "./links", "./parameter_text", "./pieces"
], function (
    $, elements, words, times, links, parameter_text, pieces
) {
    "use strict";

    var text = words.text;

    // Words are set as text: .append() would read them as HTML.
    function fact(label, id, content) {
        var place = $("<dd>").attr("id", "primehub_fact_" + id);
        return [$("<dt>").text(text(label)), typeof content === "string" ? place.text(content) : place.append(content)];
    }

    function path(value) {
        return $("<code>").addClass("primehub-path").text(value);
    }

    function notebook(value) {
        return elements.link(links.notebook(value), value);
    }

    function parameters(job) {
        var pairs = parameter_text.pairs(job) || [];
        return pairs.length ? $("<code>").addClass("primehub-path").text(pairs.map(function (each) {
            return each.join(" = ");
        }).join("\n")) : $("<span>").addClass("text-muted").text(text("fact_no_parameters"));
    }

    function moment(written) {
        var date = times.read(written);
        return $("<span>").append(pieces.moment(written, Date.now()), " ", $("<span>").addClass("text-muted")
            .text("(" + times.full(date) + ")"));
    }

    function limit(seconds) {
        return seconds === 0 ? text("no_limit") : words.duration(seconds);
    }

    // [label, id, the value that says whether there is anything to say, what is said of it]
    function facts(job) {
        var duration = pieces.duration(job, Date.now());
        return [
            ["fact_parameters", "parameters", true, parameters(job)],
            ["fact_notebook", "notebook", job.notebook_path, job.notebook_path && notebook(job.notebook_path)],
            ["fact_output", "output", job.output_path, job.output_path && notebook(job.output_path)],
            ["fact_folder", "folder", job.working_directory, path(job.working_directory || "")],
            ["fact_snapshot", "snapshot", job.snapshot_path, path(job.snapshot_path || "")],
            ["fact_instance", "instance", job.instance_type, job.instance_type],
            ["fact_image", "image", job.image, job.image],
            ["fact_limit", "limit", typeof job.timeout_seconds === "number",
                typeof job.timeout_seconds === "number" ? limit(job.timeout_seconds) : ""],
            ["fact_user", "user", job.user, job.user],
            ["fact_created", "created", times.read(job.create_time), job.create_time && moment(job.create_time)],
            ["fact_started", "started", times.read(job.start_time), job.start_time && moment(job.start_time)],
            ["fact_finished", "finished", times.read(job.finish_time), job.finish_time && moment(job.finish_time)],
            ["fact_duration", "duration", duration, duration],
            ["fact_id", "id", job.id, path(job.id)],
            ["fact_message", "message", job.message,
                $("<pre>").addClass("primehub-message").attr("tabindex", "0").text(job.message || "")]
        ].filter(function (each) { return each[2]; });
    }

    // element: an empty one, which is filled. → {element, update(job)}
    function create(element) {
        var list = $("<dl>").addClass("primehub-details");
        var shown = null;

        function update(job) {
            var now = JSON.stringify(job) + Math.floor(Date.now() / 60000);
            if (now !== shown) {
                shown = now;
                list.empty().append([].concat.apply([], facts(job).map(function (each) {
                    return fact(each[0], each[1], each[3]);
                })));
            }
        }

        return {element: element.append(list), update: update};
    }

    return {create: create};
});
