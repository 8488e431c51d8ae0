// The notebook that is open: nothing in; what a job would be told of it, unsaved edits and all, out. Its outputs, which
// can be a hundred megabytes, are not even looked at: the host's own toJSON would copy them.
define(["base/js/namespace"], function (Jupyter) {
    "use strict";

    function read_cell(cell) {
        var document = {cell_type: cell.cell_type, id: cell.id, source: cell.get_text(), metadata: cell.metadata};
        if (cell.cell_type === "code") {
            // "*" while it runs
            var count = cell.input_prompt_number;
            document.execution_count = Number.isInteger(count) ? count : null;
        }
        return document;
    }

    // The notebook-format document without outputs and attachments; null while the host is still reading the file.
    function read() {
        var notebook = Jupyter.notebook;
        if (!notebook._fully_loaded) {
            return null;
        }
        var metadata = Object.assign({}, notebook.metadata);
        // The state of widgets is an output kept elsewhere.
        delete metadata.widgets;
        return {
            cells: notebook.get_cells().map(read_cell), metadata: metadata, nbformat: notebook.nbformat,
            nbformat_minor: notebook.nbformat_minor
        };
    }

    // When its file was written that was opened, or saved, here, as text; null where the host does not know.
    function last_modified() {
        var at = Jupyter.notebook.last_modified;
        return at instanceof Date && !isNaN(at) ? at.toISOString() : null;
    }

    return {read: read, last_modified: last_modified};
});
