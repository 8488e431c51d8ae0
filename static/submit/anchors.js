// Where findings are in the open notebook: cells and lines as the server has counted them in; the same cell and line
// out, wherever other edits have moved them since.
define(["base/js/namespace"], function (Jupyter) {
    "use strict";

    var known = new WeakMap(); // finding → {spot, edits}

    function is_index(value) {
        return Number.isInteger(value) && value >= 0;
    }

    // A cell of the host's with CodeMirror's own mark of the line, which moves with it.
    function spot_of(cells, place) {
        var cell = (is_index(place.cell) && cells[place.cell]) || null;
        var line = is_index(place.line) ? place.line - 1 : -1;
        return {cell: cell, line: cell && line >= 0 ? cell.code_mirror.getLineHandle(line) || null : null};
    }

    // Findings about the notebook as it is open this moment.
    function bind(findings) {
        var cells = Jupyter.notebook.get_cells();
        findings.forEach(function (finding) {
            var wanted = finding.fix && Array.isArray(finding.fix.edits) ? finding.fix.edits : [];
            known.set(finding, {
                spot: spot_of(cells, finding),
                edits: wanted.map(function (edit) { return {edit: edit, spot: spot_of(cells, edit)}; })
            });
        });
    }

    // Whether it is about the notebook as it is open, and not as it is on the disk.
    function is_bound(finding) {
        return known.has(finding);
    }

    // Its index by now, -1 where it is gone.
    function index_of(cell) {
        return Jupyter.notebook.get_cells().indexOf(cell);
    }

    // Among the code cells, from 1, as jobs count them; null for one of another type, or that is gone.
    function number(cell) {
        var code = Jupyter.notebook.get_cells().filter(function (each) { return each.cell_type === "code"; });
        var at = code.indexOf(cell);
        return at < 0 ? null : at + 1;
    }

    // → {cell: the host's, index, number, line: from 1, or null}, or null: it is about no cell, about one that is gone,
    // or was not bound.
    function spot(finding) {
        var at = known.get(finding);
        var index = at && at.spot.cell ? index_of(at.spot.cell) : -1;
        if (index < 0) {
            return null;
        }
        var line = at.spot.line && at.spot.cell.code_mirror.getLineNumber(at.spot.line);
        return {
            cell: at.spot.cell, index: index, number: number(at.spot.cell),
            line: typeof line === "number" ? line + 1 : null
        };
    }

    // The edits of its fix, for the notebook as it is by now; null where it has none, or its place is gone.
    function edits(finding) {
        var at = known.get(finding);
        var now = at ? at.edits.map(function (each) {
            if (!each.spot.cell) { // a new cell at the end, wherever that is by now; or what no notebook has
                return Object.assign({}, each.edit, {cell: null});
            }
            var line = each.spot.line && each.spot.cell.code_mirror.getLineNumber(each.spot.line);
            return Object.assign({}, each.edit, {
                cell: index_of(each.spot.cell), line: typeof line === "number" ? line + 1 : each.edit.line
            });
        }) : [];
        var gone = now.some(function (edit) { return edit.cell === -1; });
        return now.length && !gone ? now : null;
    }

    return {bind: bind, is_bound: is_bound, spot: spot, edits: edits, number: number};
});
