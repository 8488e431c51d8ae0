// The edits of fixes, without a page: the notebook's cells and the edits in; what to replace and what to put in, from
// the bottom up, and what takes it back, out. All of it, or nothing: then why not.
define([], function () {
    "use strict";

    function is_text(value) {
        return typeof value === "string";
    }

    function lines_of(text) {
        return text.split("\n");
    }

    // Whether a cell has these lines just there.
    function has(cell, line, text) {
        var count = lines_of(text).length;
        var there = lines_of(cell.source).slice(line - 1, line - 1 + count);
        return line >= 1 && there.length === count && there.join("\n") === text;
    }

    // Fixes of several cells may share edits: those of one that was made already are no reason against another.
    function is_made(edit, cells) {
        var cell = cells[edit.cell];
        return is_text(edit.old) && is_text(edit.new) && !!cell && cell.type === "code" &&
            !has(cell, edit.line, edit.old) && has(cell, edit.line, edit.new);
    }

    // Why this edit cannot be made, or null. Only code is run in a job, so only code is ever mended.
    function why_not(edit, cells) {
        if (is_text(edit.insert)) {
            var at = edit.cell;
            return at === null || at === undefined || (at >= 0 && at <= cells.length) ? null : "gone";
        }
        var cell = cells[edit.cell];
        if (!cell || cell.type !== "code") {
            return "gone";
        }
        if (!is_text(edit.tag) && !(is_text(edit.old) && is_text(edit.new) && has(cell, edit.line, edit.old))) {
            return "gone";
        }
        return cell.locked ? "locked" : null;
    }

    // How many characters they have in common, at their beginnings or, from `end`, at their ends.
    function common(one, other, end) {
        var most = Math.min(one.length, other.length);
        var n = 0;
        while (n < most && (end ? one[one.length - 1 - n] === other[other.length - 1 - n] : one[n] === other[n])) {
            n += 1;
        }
        return n;
    }

    // What of its lines it really changes, so that two fixes can have parts of one line: {from, to: offsets in the
    // cell's text, text}.
    function change_of(edit, source) {
        var start = lines_of(source).slice(0, edit.line - 1).join("\n").length + (edit.line > 1 ? 1 : 0);
        var head = common(edit.old, edit.new, false);
        var tail = common(edit.old.slice(head), edit.new.slice(head), true);
        return {
            from: start + head, to: start + edit.old.length - tail,
            text: edit.new.slice(head, edit.new.length - tail)
        };
    }

    // "ab\ncd", 4 → CodeMirror's {line: 1, ch: 1}.
    function place_of(source, offset) {
        var before = lines_of(source.slice(0, offset));
        return {line: before.length - 1, ch: before[before.length - 1].length};
    }

    // All edits of one cell's text → what to replace, and one edit that takes it back; null where they are in each
    // other's way.
    function replacing(index, source, texts) {
        var changes = texts.map(function (edit) { return change_of(edit, source); });
        changes.sort(function (one, other) { return one.from - other.from || one.to - other.to; });
        var clash = changes.some(function (change, n) {
            return n > 0 && (changes[n - 1].to > change.from || changes[n - 1].from === change.from);
        });
        if (clash) {
            return null;
        }
        var now = changes.slice().reverse().reduce(function (text, change) {
            return text.slice(0, change.from) + change.text + text.slice(change.to);
        }, source);
        var first = Math.min.apply(null, texts.map(function (edit) { return edit.line; }));
        var last = Math.max.apply(null, texts.map(function (edit) {
            return edit.line - 1 + lines_of(edit.old).length;
        }));
        var more = lines_of(now).length - lines_of(source).length;
        return {
            cell: index,
            replace: changes.reverse().map(function (change) {
                return {from: place_of(source, change.from), to: place_of(source, change.to), text: change.text};
            }),
            back: {
                line: first, old: lines_of(now).slice(first - 1, last + more).join("\n"),
                new: lines_of(source).slice(first - 1, last).join("\n")
            }
        };
    }

    // Two findings may have the same fix.
    function distinct(edits) {
        return Array.from(new Map(edits.map(function (edit) {
            return [JSON.stringify([edit.cell, edit.line, edit.old, edit.new, edit.insert, edit.tag]), edit];
        })).values());
    }

    // cells: [{type, source, tags, locked: whether it may not be edited}], in their order; edits: as findings.py of the
    // server has them.
    // → {why: null, texts: [{cell: its index, replace: [{from, to: as CodeMirror has them, text}], back: an edit}],
    //    tags: [{cell, tag}] that are not there yet, inserts: [{at, source, tag?}]}
    //   or {why: "gone": the notebook is not what was looked at any more; "locked"}
    function plan(cells, wanted) {
        var edits = distinct(wanted).filter(function (edit) { return !is_made(edit, cells); });
        var why = edits.map(function (edit) { return why_not(edit, cells); }).filter(Boolean)[0];
        if (why || !wanted.length) {
            return {why: why || "gone"};
        }
        var by_cell = new Map();
        edits.filter(function (edit) { return is_text(edit.old); }).forEach(function (edit) {
            by_cell.set(edit.cell, (by_cell.get(edit.cell) || []).concat(edit));
        });
        var texts = Array.from(by_cell, function (each) { return replacing(each[0], cells[each[0]].source, each[1]); });
        if (texts.indexOf(null) >= 0) {
            return {why: "gone"};
        }
        var inserts = edits.filter(function (edit) { return is_text(edit.insert); }).map(function (edit, n) {
            var at = typeof edit.cell === "number" ? edit.cell : cells.length;
            return {at: at, source: edit.insert, tag: edit.tag, n: n};
        });
        // Of several in one place, the last is put in first, and ends up below.
        inserts.sort(function (one, other) { return other.at - one.at || other.n - one.n; });
        return {
            why: null, texts: texts,
            tags: edits.filter(function (edit) {
                return is_text(edit.tag) && !is_text(edit.insert) && cells[edit.cell].tags.indexOf(edit.tag) < 0;
            }).map(function (edit) { return {cell: edit.cell, tag: edit.tag}; }),
            inserts: inserts.map(function (each) {
                return is_text(each.tag) ? {at: each.at, source: each.source, tag: each.tag}
                    : {at: each.at, source: each.source};
            })
        };
    }

    return {plan: plan};
});
