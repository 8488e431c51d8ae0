// Saving before submitting: whether to overwrite a file that changed on disk → a promise, or a failure
// {code, details?}.
define(["base/js/namespace"], function (Jupyter) {
    "use strict";

    // Whether someone else wrote the file since it was opened or saved here; the same rule as the host's own. Asked
    // first, because the host would answer with a dialog of its own on top of ours and then say neither yes nor no.
    function changed_on_disk(notebook) {
        var margin = ((notebook.config && notebook.config.data.last_modified_check_margin) || 0.5) * 1000;
        return notebook.contents.get(notebook.notebook_path, {content: false}).then(function (file) {
            return new Date(file.last_modified) - notebook.last_modified > margin;
        }, function () {
            return false; // deleted or renamed: saving makes it again, or says what is wrong
        });
    }

    function failure(error) {
        if (error && error.code) {
            return error;
        }
        var status = error && error.xhr && error.xhr.status;
        // The host's own words can hold a path of the server's disk.
        return {code: "save_failed", details: status ? "HTTP " + status : null};
    }

    function save(overwrite) {
        var notebook = Jupyter.notebook;
        if (!notebook.writable) {
            return Promise.reject({code: "save_read_only"});
        }
        return (overwrite ? Promise.resolve(false) : changed_on_disk(notebook)).then(function (changed) {
            if (changed) {
                throw {code: "save_changed"};
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
        }).catch(function (error) {
            throw failure(error);
        });
    }

    return {save: save};
});
