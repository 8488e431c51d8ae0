// Fixing what was found: findings in; the open notebook changed, a line that tells what was done, and a way back, out.
define([
    "jquery", "base/js/namespace", "../ui/elements", "../words/findings", "./anchors", "./fixes"
], function ($, Jupyter, elements, words, anchors, fixes) {
    "use strict";

    var text = words.text;

    // A read-only notebook's job runs what is on disk, which nothing here can change.
    function can_fix(finding) {
        return Jupyter.notebook.writable && anchors.edits(finding) !== null;
    }

    // What was done to the one cell.
    function what_of(done) {
        if (done.inserted.length) {
            return "inserted";
        }
        return !done.tagged.length ? "changed" : done.retyped.length ? "changed_tagged" : "tagged";
    }

    // What became of it: sentences.
    function told(made, done) {
        var cell = done.changed[0] || done.inserted[0];
        if (!made.length) {
            return [text("fix_" + done.failed[0].why)];
        }
        if (done.changed.length + done.inserted.length === 1 && !done.failed.length) {
            return [text("fix_" + what_of(done), {cell: anchors.number(cell)})];
        }
        return [words.plural("fixes_made", made.length)]
            .concat(done.failed.length ? words.plural("fixes_left", done.failed.length) : []);
    }

    // on_change(findings, whether they are fixed now, or are there again) hears of what was changed.
    // `undo_id`: where there is another in the page.
    // → {element: the line, fix(findings), undo: its button, is_telling(): whether the line says anything}
    function make(on_change, undo_id) {
        var words_place = $("<span>").attr("role", "status");
        var undo = elements.button(
            undo_id || "primehub_fix_undo", text("fix_undo"), take_back, "btn-default btn-xs"
        ).hide();
        var element = $("<p>").addClass("primehub-fix-told").attr("tabindex", "-1").append(words_place, " ", undo);
        var steps = []; // [{made, done}], the newest at the end

        function tell(sentences) {
            var had_focus = undo.is(document.activeElement);
            words_place.text(sentences.join(" "));
            undo.toggle(steps.length > 0);
            if (had_focus && !steps.length) {
                element.trigger("focus"); // the button is gone
            }
        }

        function take_back() {
            var step = steps.pop();
            var back = step.done.undo();
            tell([text(back ? "fix_undone" : "fix_not_undone")]);
            on_change(back ? step.made : [], false);
        }

        function fix(findings) {
            var tried = findings.map(function (finding) {
                return {finding: finding, edits: anchors.edits(finding) || []};
            });
            var done = fixes.apply(tried);
            var made = done.made.map(function (each) { return each.finding; });
            if (made.length) {
                steps.push({made: made, done: done});
            }
            tell(told(made, done));
            on_change(made, true);
        }
        return {
            element: element, fix: fix, undo: undo,
            is_telling: function () { return words_place.text() !== ""; }
        };
    }

    return {make: make, can_fix: can_fix};
});
