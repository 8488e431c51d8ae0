// Fixes of the open notebook: edits in; cells changed as if somebody had typed it, unsaved, out, and a way back. The
// file is left alone. What is changed in a cell is one step for Ctrl+Z there; a new cell goes by deleting it.
define(["base/js/namespace", "./edits"], function (Jupyter, edits_of) {
    "use strict";

    function tags_of(cell) {
        return Array.isArray(cell.metadata.tags) ? cell.metadata.tags : [];
    }

    function read_cells() {
        return Jupyter.notebook.get_cells().map(function (cell) {
            return {
                type: cell.cell_type, source: cell.get_text(), tags: tags_of(cell), locked: !cell.is_editable()
            };
        });
    }

    function index_of(cell) {
        return Jupyter.notebook.get_cells().indexOf(cell);
    }

    // One operation is one step of CodeMirror's history.
    function type(cell, replaced) {
        cell.code_mirror.operation(function () {
            replaced.forEach(function (each) {
                cell.code_mirror.replaceRange(each.text, each.from, each.to, "primehub");
            });
        });
    }

    function set_tags(cell, tags) {
        if (tags.length) {
            cell.metadata.tags = tags;
        } else {
            delete cell.metadata.tags;
        }
        if (cell.celltoolbar) {
            cell.celltoolbar.rebuild();
        }
        Jupyter.notebook.set_dirty(true);
    }

    function insert(at, source, tag) {
        var cell = Jupyter.notebook.insert_cell_above("code", at);
        cell.set_text(source);
        if (tag) {
            set_tags(cell, [tag]);
        }
        cell.code_mirror.clearHistory(); // or Ctrl+Z in it would empty it
        return cell;
    }

    // Those that go together: [fixes, their edits, {fix, why} of the others].
    function chosen(fixes) {
        var cells = read_cells();
        var made = [];
        var edits = [];
        var failed = [];
        fixes.forEach(function (fix) {
            var why = Jupyter.notebook.writable ? edits_of.plan(cells, edits.concat(fix.edits)).why : "read_only";
            if (why) {
                failed.push({fix: fix, why: why});
            } else {
                made.push(fix);
                edits = edits.concat(fix.edits);
            }
        });
        return {made: made, failed: failed, plan: made.length ? edits_of.plan(cells, edits) : null};
    }

    function perform(plan) {
        var cells = Jupyter.notebook.get_cells();
        plan.texts.forEach(function (each) { type(cells[each.cell], each.replace); });
        plan.tags.forEach(function (each) { set_tags(cells[each.cell], tags_of(cells[each.cell]).concat(each.tag)); });
        return {
            texts: plan.texts.map(function (each) { return {cell: cells[each.cell], back: each.back}; }),
            tagged: plan.tags.map(function (each) { return {cell: cells[each.cell], tag: each.tag}; }),
            inserted: plan.inserts.map(function (each) {
                return {cell: insert(each.at, each.source, each.tag), source: each.source};
            })
        };
    }

    // → whether it was taken back: all of it, or nothing where somebody has edited there since.
    function undo(done) {
        var backs = done.texts.map(function (each) {
            return Object.assign({cell: index_of(each.cell)}, each.back);
        });
        var plan = backs.length ? edits_of.plan(read_cells(), backs) : {why: null, texts: []};
        var untouched = done.inserted.every(function (each) {
            return index_of(each.cell) >= 0 && each.cell.get_text() === each.source && each.cell.is_deletable();
        });
        if (plan.why || !untouched) {
            return false;
        }
        var cells = Jupyter.notebook.get_cells();
        plan.texts.forEach(function (each) { type(cells[each.cell], each.replace); });
        done.tagged.forEach(function (each) {
            set_tags(each.cell, tags_of(each.cell).filter(function (tag) { return tag !== each.tag; }));
        });
        done.inserted.forEach(function (each) { Jupyter.notebook.delete_cell(index_of(each.cell)); });
        return true;
    }

    // fixes: [{edits}], as findings.py of the server has them, for the notebook as it is now.
    // → {made: those that were made; failed: [{fix, why}], of which nothing was: "gone", it is not what was looked at
    //    any more, or another of these has changed the same; "locked", the cell may not be edited; "read_only", nothing
    //    here can be saved; changed, inserted: cells of the host's, of the changed those that are
    //    retyped and those that are tagged; undo() → whether all was taken back}
    function apply(fixes) {
        var found = chosen(fixes);
        var done = found.plan ? perform(found.plan) : {texts: [], tagged: [], inserted: []};
        function cell_of(each) {
            return each.cell;
        }
        return {
            made: found.made, failed: found.failed, tagged: done.tagged.map(cell_of),
            changed: Array.from(new Set(done.texts.concat(done.tagged).map(cell_of))), retyped: done.texts.map(cell_of),
            inserted: done.inserted.map(cell_of), undo: function () { return undo(done); }
        };
    }

    return {apply: apply};
});
