// Which cell of the open notebook is which of a job's: both lists in; for each open cell the job's, and whether it was
// edited since, out. By id; where that says nothing, by source: never a cell that is not known to be it.
define([], function () {
    "use strict";

    // here: [{id or null, crc}] of the open code cells; there: cells.js's list, without what papermill put in.
    // → [{cell: of `there`, edited} or null], one for each of `here`
    function match(here, there) {
        var free = there.slice();
        var found = here.map(function () { return null; });

        function take(n, at, edited) {
            found[n] = {cell: free[at], edited: edited};
            free.splice(at, 1);
        }
        // An id that occurs twice, as in a file that was put together by hand, says nothing.
        function is_alone(list, id) {
            return list.filter(function (each) { return each.id === id; }).length === 1;
        }
        here.forEach(function (cell, n) {
            var at = cell.id && is_alone(here, cell.id) && is_alone(there, cell.id)
                ? free.findIndex(function (each) { return each.id === cell.id; }) : -1;
            if (at >= 0) {
                take(n, at, free[at].crc !== cell.crc);
            }
        });
        // In order: of cells that are alike the first is the first.
        here.forEach(function (cell, n) {
            var at = found[n] ? -1 : free.findIndex(function (each) { return each.crc === cell.crc; });
            if (at >= 0) {
                take(n, at, false);
            }
        });
        return found;
    }

    return {match: match};
});
