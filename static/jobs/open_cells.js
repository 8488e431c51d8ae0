// The code cells of the open notebook, as matching.js wants them: nothing in; their ids and checksums, and which of a
// job's cells each is, out.
define(["base/js/namespace", "./cells", "./crc", "./matching"], function (Jupyter, cells_of, crc, matching) {
    "use strict";

    var known = new WeakMap(); // cell → {text, crc}: long sources are not gone through each second

    function crc_of(cell) {
        var text = cell.get_text();
        var last = known.get(cell);
        if (!last || last.text !== text) {
            last = {text: text, crc: crc.of(text)};
            known.set(cell, last);
        }
        return last.crc;
    }

    function code_cells() {
        return Jupyter.notebook.get_cells().filter(function (cell) { return cell.cell_type === "code"; });
    }

    // there: [{id, crc, …}] → [{open: the notebook's cell, cell: of `there` or null, edited}]
    function matched_with(there) {
        var open = code_cells();
        var found = matching.match(open.map(function (cell) {
            return {id: cell.id || null, crc: crc_of(cell)};
        }), there);
        return open.map(function (cell, n) {
            return {open: cell, cell: found[n] && found[n].cell, edited: !!found[n] && found[n].edited};
        });
    }

    function matched(job) {
        return matched_with(cells_of.of(job, Date.now()).filter(function (cell) { return !cell.injected; }));
    }

    return {matched: matched, matched_with: matched_with};
});
