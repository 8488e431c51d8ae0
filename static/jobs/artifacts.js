// The tab "Artifacts": a job's id in; what it left in PrimeHub's store, to be downloaded, and what there is to know of
// that, out.
define([
    "jquery", "../api", "../ui/elements", "../ui/notice", "../words/logs", "./written"
], function ($, api, elements, notice, words, written) {
    "use strict";

    var text = words.text;
    var HOME = "/home/jovyan";
    var DAY = 86400;
    var OVER = ["Succeeded", "Failed", "Cancelled", "Unknown"];

    function cell(value) {
        return $("<td>").text(value);
    }

    function when(written_at) {
        var date = new Date(written_at || NaN);
        return isNaN(date) ? "" : date.toLocaleString([], {dateStyle: "medium", timeStyle: "short"});
    }

    // element: an empty one, which is filled. → {element, update(job), opened(), closed()}
    function create(element, job_id) {
        var phase = null;
        var asked = 0;
        var looked_at = true;
        var place = $("<div>");

        function row(artifact) {
            // No rel: the server wants to see that the request comes from its own page.
            var link = $("<a>").text(artifact.name).attr({
                href: api.artifact_address(job_id, artifact.name), download: artifact.name.split("/").pop(),
                title: text("artifacts_download", {name: artifact.name})
            });
            return $("<tr>").attr("data-name", artifact.name).append(
                $("<td>").addClass("primehub-break").append(link),
                cell(written.size(artifact.size)).addClass("primehub-number"), cell(when(artifact.modified))
            );
        }

        function table(answer) {
            var head = ["artifacts_name", "artifacts_size", "artifacts_modified"].map(function (key) {
                return $("<th>").attr("scope", "col").toggleClass("primehub-number", key === "artifacts_size")
                    .text(text(key));
            });
            return [
                $("<table>").addClass("table table-condensed primehub-artifacts").append(
                    $("<caption>").addClass("sr-only").text(text("artifacts_table")),
                    $("<thead>").append($("<tr>").append(head)), $("<tbody>").append(answer.artifacts.map(row))
                ),
                $("<p>").addClass("primehub-artifacts-total").text(text("artifacts_total", {
                    files: words.plural("files", answer.artifacts.length), size: written.size(answer.total_bytes)
                }))
            ];
        }

        function beside(found) {
            var box = notice.make("info", "note").addClass("primehub-artifacts-beside").append(
                $("<strong>").text(text("artifacts_beside")),
                $("<p>").text(text("artifacts_beside_why", {
                    files: words.plural("files", found.files), path: found.path
                }))
            );
            if (found.jupyter_path) {
                box.append($("<p>").append(elements.link(api.folder_address(found.jupyter_path),
                    text("artifacts_beside_open"))));
            }
            return box;
        }

        function show(answer) {
            var over = OVER.indexOf(answer.phase) >= 0;
            var none = $("<p>").addClass("primehub-artifacts-none")
                .text(text(over ? "artifacts_none" : "artifacts_none_yet", {home: HOME}));
            place.empty().append(
                answer.artifacts.length ? table(answer) : none,
                answer.written_beside_notebook ? beside(answer.written_beside_notebook) : [],
                $("<p>").addClass("text-muted primehub-artifacts-notes").text(text("artifacts_notes", {
                    days: answer.retention_seconds / DAY, files: answer.limits.files,
                    size: written.size(answer.limits.bytes)
                })),
                elements.button("primehub_artifacts_refresh", text("artifacts_refresh"), load, "btn-link")
            );
        }

        function load() {
            var mine = asked += 1;
            if (!place.find("table").length) {
                place.empty().append(elements.waiting(text("artifacts_loading")));
            }
            api.artifacts(job_id).then(function (answer) {
                if (mine === asked) {
                    show(answer);
                }
            }, function (error) {
                if (mine === asked) {
                    place.empty().append(notice.error_box(error, [
                        elements.button("primehub_artifacts_again", text("try_again"), load)
                    ]));
                }
            });
        }

        written.add_style();
        element.append(place);
        load();
        return {
            element: element,
            update: function (job) {
                if (phase !== null && job.phase !== phase && looked_at) {
                    load(); // copied when the command has ended
                }
                phase = job.phase;
            },
            opened: function () {
                if (!looked_at) {
                    looked_at = true;
                    load();
                }
            },
            closed: function () {
                looked_at = false;
                asked += 1;
            }
        };
    }

    return {create: create};
});
