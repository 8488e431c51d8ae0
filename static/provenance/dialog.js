// "Where did this come from?": the notebook that is open in; which job wrote it, of what and with what, out.
define([
    "require", "jquery", "base/js/namespace", "../jobs/links", "../jobs/style", "../ui/elements", "../ui/modal",
    "../ui/notice", "../words/provenance", "../words/times", "./origin"
], function (require, $, Jupyter, links, style, elements, modal, notice, words, times, origin_of) {
    "use strict";

    var text = words.text;

    function code(value) {
        return $("<code>").addClass("primehub-path").text(value);
    }

    function moment(date) {
        return $("<time>").attr({datetime: date.toISOString(), title: times.full(date)}).text(times.full(date));
    }

    function submitted(found) {
        var date = found.submitted_at === null ? null : new Date(found.submitted_at * 1000);
        if (!date || isNaN(date)) {
            return found.submitted_by && $("<span>").text(found.submitted_by);
        }
        return $("<span>").append(moment(date), $("<span>").text(
            found.submitted_by ? text("came_by", {user: found.submitted_by}) : ""
        ));
    }

    function commit(repository) {
        var state = {true: "came_dirty", false: "came_clean", null: "came_unknown"}[repository.dirty];
        var where = repository.branch ? repository.commit + " (" + repository.branch + ")" : repository.commit;
        return $("<span>").append(code(where), $("<span>").text(text(state)));
    }

    function parameters(values) {
        var names = Object.keys(values);
        return names.length ? code(names.map(function (name) {
            return name + " = " + JSON.stringify(values[name]);
        }).join("\n")) : $("<span>").text(text("came_no_parameters"));
    }

    function versions(known) {
        return $("<span>").text(known.map(function (each) { return each.join(" "); }).join(", "));
    }

    // [label, id, what is said or null]
    function facts(found) {
        var started = times.read(found.started);
        return [
            ["came_source", "source", found.source && elements.link(links.notebook(found.source), found.source)],
            ["came_job", "job", code(found.name ? found.name + " · " + found.job : found.job)],
            ["came_parameters", "parameters", parameters(found.parameters)],
            ["came_submitted", "submitted", submitted(found)],
            ["came_ran", "ran", started && $("<span>").append(moment(started), $("<span>").text(
                found.seconds === null ? "" : text("came_took", {time: times.length(found.seconds)})
            ))],
            ["came_user", "user", found.user && $("<span>").text(found.user)],
            ["came_instance", "instance", found.instance_type && $("<span>").text(found.instance_type)],
            ["came_image", "image", found.image && $("<span>").text(found.image)],
            ["came_commit", "commit", found.repository && commit(found.repository)],
            ["came_snapshot", "snapshot", found.snapshot && code(found.snapshot)],
            ["came_versions", "versions", found.versions.length ? versions(found.versions) : null]
        ].filter(function (each) { return each[2]; });
    }

    function list(found) {
        return $("<dl>").addClass("primehub-details").attr("id", "primehub_origin").append(
            [].concat.apply([], facts(found).map(function (each) {
                return [
                    $("<dt>").text(text(each[0])),
                    $("<dd>").attr("id", "primehub_origin_" + each[1]).append(each[2])
                ];
            }))
        );
    }

    // `origin`: where the focus goes in the end, null for the selected cell.
    function open(origin) {
        var notebook = Jupyter.notebook;
        var found = origin_of.of(notebook.metadata, notebook.notebook_path);
        var dialog = modal.open({id: "primehub_origin_dialog", title: text("came_title"), origin: origin});
        var close = elements.button("primehub_origin_close", text("close"), function () { dialog.close(); });
        style.add();
        if (!found) {
            dialog.show([
                $("<p>").attr("id", "primehub_origin_none").text(text("came_none")),
                $("<p>").addClass("text-muted").text(text("came_none_hint"))
            ], [close], close);
            return;
        }
        var job = elements.button("primehub_origin_open", text("came_open_job"), function () {
            dialog.close().then(function () {
                require(["../jobs/dialog"], function (jobs_dialog) {
                    jobs_dialog.open(origin, {id: found.job});
                }, function () { notice.tell("danger", text("load_failed")); });
            });
        }, "btn-primary");
        dialog.show(list(found), [close, job], job);
    }

    return {open: open};
});
