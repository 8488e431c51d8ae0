// English, what is said when two runs are compared: nothing in; the sentences out, in the shape of en.js. Fetched with
// the comparison.
define([], function () {
    "use strict";

    var strings = {
        compare_title: "Compare two runs",
        compare_back_label: "Back to the job {name}",
        compare_with: "Compare “{name}” with",
        compare_run: "{mark} {name} · {when}",
        compare_run_given: "{mark} {name} · {given} · {when}",
        compare_older: "Older runs",
        compare_looking: "Looking up the other runs of this notebook…",
        compare_none: "This notebook has no other run yet.",
        compare_none_hint: "Run it again, with other parameters perhaps, and compare the two then.",
        compare_working: "Comparing the two runs…",
        compare_again: "Look again",
        compare_live: "“{name}” has not ended: this is how far it was at {time}.",
        compare_missing: "The output notebook of “{name}” cannot be read, so the cells are not compared. {hint}",
        compare_all: "Show all cells and values",
        compare_nbdime: "Open in nbdime",
        compare_table: "What the two runs were given, and what became of them",
        compare_cells: "Cells of both runs",
        compare_fact: "Of each run",
        compare_not_given: "not given",
        compare_unknown: "not known",
        compare_equal: "The two runs do not differ: neither in what they were given nor in any cell.",
        compare_cells_equal: "No cell differs.",
        compare_cells_left: "Only the first {count} cells are shown; the output notebooks have the others.",

        pair_cell: "Cell {cell}",
        pair_moved: "Cell {cell}, which is cell {other} in the later run",
        pair_text: "Text cell",
        pair_injected: "Cell of parameters",
        pair_earlier_only: "Only in the earlier run",
        pair_later_only: "Only in the later run",
        pair_none: "This run has no such cell.",
        pair_same: "the same",
        differs_source: "source differs",
        differs_state: "outcome differs",
        differs_outputs: "output differs",
        differs_seconds: "time differs",
        pair_source: "Source",
        pair_output: "Output",
        pair_side: "{part} in {name}",
        pair_no_text: "No text was put out.",
        pair_left_out: "The text is left out: there is too much of it.",
        pair_too_large: "The outputs differ, and are too large to be shown here.",
        pair_too_large_to_tell: "The outputs are too large to be compared here.",
        pair_more: "More follows in the output notebook.",
        media_same: "{type}: the same",
        media_differs: "{type}: different",
        media_counts: "{type}: {earlier} in the earlier run, {later} in the later"
    };

    var counts = {
        compare_differ: ["{count} cell differs.", "{count} cells differ."],
        pair_skipped: ["{count} line before is the same.", "{count} lines before are the same."]
    };

    var errors = {
        another_notebook: [
            "These two jobs have not run the same notebook, so there is nothing to compare cell by cell.",
            "Choose two runs of one notebook, of the same name in the same folder."
        ]
    };

    return {strings: strings, counts: counts, errors: errors};
});
