// English: nothing in; what is said of findings and fixes, fetched with the submit dialog, out.
define([], function () {
    "use strict";

    var strings = {
        finding_cell: "Cell {cell}:",
        finding_error: "Error:",
        finding_warning: "Warning:",
        finding_note: "Note:",
        findings_done: "Nothing left to look at.",
        findings_hints: "What to do",
        finding_show: "Show",
        finding_show_label: "Show cell {cell}",
        finding_show_here: "Show its cell",
        finding_fix: "Fix",
        finding_fix_label: "{label}: {message}",
        fix_all: "Fix all {count}",
        fix_undo: "Undo",
        fix_changed: "Cell {cell} was changed. Ctrl+Z in the cell takes it back, too.",
        fix_inserted: "Cell {cell} is new. Deleting it takes it back, too.",
        fix_tagged: "Cell {cell} has another tag now: View > Cell Toolbar > Tags shows it.",
        fix_changed_tagged: "Cell {cell} was changed, and has another tag now.",
        fix_undone: "Taken back.",
        fix_not_undone: "Nothing was taken back: what was fixed has been edited since.",
        fix_gone: "Nothing was changed: the cell is not what was looked at any more.",
        fix_locked: "Nothing was changed: the cell is locked (editable is false in its metadata).",
        fix_read_only: "Nothing was changed: the notebook is read-only.",

        errors_title: "The job is likely to fail:",
        errors_back: "Back to the form",
        errors_anyway: "Submit anyway",

        shown: "Where the submit dialog points",
        shown_back: "Back to Submit",
        shown_back_title: "Back to the dialog, with all that was typed (Esc)",
        shown_leave: "Stay here"
    };

    // A count of one, and any other.
    var counts = {
        findings_look: ["{count} thing to look at", "{count} things to look at"],
        findings_notes: ["{count} note", "{count} notes"],
        findings_more: ["{count} more like this", "{count} more like this"],
        fixes_made: ["{count} fix was made.", "{count} fixes were made."],
        fixes_left: [
            "{count} was not: its cell is not what was looked at any more.",
            "{count} were not: their cells are not what was looked at any more."
        ]
    };

    return {strings: strings, counts: counts, errors: {}};
});
