// Where an output notebook comes from: its metadata and its path in; what its job wrote there, as far as it can be
// read, out. Whoever can write the file can write that too, so nothing of it is taken for more than words.
define([], function () {
    "use strict";

    var LONGEST_NAME = 255; // that a file can have
    var OUTPUT_NAME = /^(.+)-([A-Za-z0-9][A-Za-z0-9.-]*?)-output\.ipynb$/;
    var JOB_NAME = /^(.+?)-(job-[A-Za-z0-9.-]+)-output\.ipynb$/;

    function object(value) {
        return value && typeof value === "object" && !Array.isArray(value) ? value : {};
    }

    function text(value) {
        return typeof value === "string" && value ? value : null;
    }

    function number(value) {
        return typeof value === "number" && isFinite(value) ? value : null;
    }

    // "…/train-job-1-output.ipynb" → {source: "train.ipynb", job: "job-1"}, or null.
    function from_name(path) {
        var name = String(path || "").split("/").pop();
        if (name.length > LONGEST_NAME) {
            return null; // the expressions would take minutes for one that was made for it
        }
        var found = JOB_NAME.exec(name) || OUTPUT_NAME.exec(name);
        return found && {source: found[1] + ".ipynb", job: found[2]};
    }

    function beside(path, name) {
        return path.split("/").slice(0, -1).concat(name).join("/");
    }

    function repository_of(told) {
        var commit = text(told.commit);
        return commit && {
            commit: commit, branch: text(told.branch), dirty: typeof told.dirty === "boolean" ? told.dirty : null
        };
    }

    // `path`: where it is open. → null for a notebook that no job wrote, else {job, name, source: path, user,
    // instance_type, image, group, submitted_at, submitted_by, started: ISO, seconds, parameters, repository: {commit,
    // branch, dirty} or null, snapshot, versions: [[name, version]]}, with null for what is not known.
    function of(metadata, path) {
        var told = object(metadata.primehub);
        var papermill = object(metadata.papermill);
        var submission = object(told.submission);
        var named = from_name(papermill.output_path) || {};
        var job = text(told.job) || (text(papermill.version) && text(papermill.output_path) && named.job) || null;
        if (!job) {
            return null;
        }
        var source = text(submission.notebook_path) || (named.source ? beside(path, named.source) : null);
        var versions = [
            ["papermill", text(papermill.version)],
            [text(object(metadata.kernelspec).display_name) || "kernel", text(object(metadata.language_info).version)],
            ["primehub_nbext", text(object(submission.versions).primehub_nbext)]
        ];
        return {
            job: job, name: text(submission.display_name), source: source, user: text(told.user),
            group: text(told.group), instance_type: text(told.instance_type) || text(submission.instance_type),
            image: text(told.image) || text(submission.image), submitted_by: text(submission.user),
            submitted_at: number(submission.at), started: text(papermill.start_time),
            seconds: number(papermill.duration), parameters: object(papermill.parameters),
            repository: repository_of(object(submission.repository)), snapshot: text(told.snapshot) ||
                text(papermill.input_path), versions: versions.filter(function (each) { return each[1]; })
        };
    }

    return {of: of};
});
