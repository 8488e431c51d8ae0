// Saving before submitting: whether to overwrite a file that changed on disk, or is gone → a promise, or a failure
// {code, details?}.
define(["base/js/namespace"], function (Jupyter) {
    "use strict";

    // What the host's contents service failed with → the HTTP status, 0 where there was no answer, or undefined.
    function status_of(error) {
        return error && error.xhr && error.xhr.status;
    }

    // What became of the file since it was opened or saved here: "same", "changed" (the same rule as the host's own) or
    // "missing". Asked first, because the host would make a missing file again, and would answer a changed one with a
    // dialog of its own on top of ours and then say neither yes nor no.
    function look(notebook) {
        var margin = ((notebook.config && notebook.config.data.last_modified_check_margin) || 0.5) * 1000;
        return notebook.contents.get(notebook.notebook_path, {content: false}).then(function (file) {
            return new Date(file.last_modified) - notebook.last_modified > margin ? "changed" : "same";
        }, function (error) {
            if (status_of(error) === 0) {
                throw error;
            }
            return status_of(error) === 404 ? "missing" : "same"; // saving says what is wrong
        });
    }

    function failure(error) {
        if (error && error.code) {
            return error;
        }
        var status = status_of(error);
        if (status === 0) {
            return {code: "network_down"};
        }
        // The host's own words can hold a path of the server's disk.
        return {code: "save_failed", details: status ? "HTTP " + status : null};
    }

    // What is open cannot be saved. It need not be where it is what is on disk.
    function check_read_only(notebook) {
        return look(notebook).then(function (found) {
            if (found === "missing" || found === "changed" || notebook.dirty) {
                throw {code: found === "missing" ? "save_missing" : "save_read_only"};
            }
        });
    }

    function write(notebook, overwrite) {
        return (overwrite ? Promise.resolve("same") : look(notebook)).then(function (found) {
            if (found !== "same") {
                throw {code: "save_" + found};
            }
            return notebook.save_notebook(!overwrite);
        }).then(function (model) {
            if (!model) {
                // It changed between our look and the host's. Ours tells; the host's dialog would only be in the way.
                var dialog = notebook._changed_on_disk_dialog;
                if (dialog) {
                    dialog.modal("hide");
                }
                throw {code: "save_changed"};
            }
        });
    }

    // `overwrite`: whatever is there by now, or is not there any more.
    function save(overwrite) {
        var notebook = Jupyter.notebook;
        return (notebook.writable ? write(notebook, overwrite) : check_read_only(notebook)).catch(function (error) {
            throw failure(error);
        });
    }

    return {save: save};
});
