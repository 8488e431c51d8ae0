// The cell that a finding is about: a finding in; its line in sight in the open notebook, and a bar with what is said
// of it and the way back to the dialog, out. Whoever edits there instead, just goes on.
define([
    "jquery", "base/js/namespace", "../ui/elements", "../ui/modal", "../words/findings", "./anchors", "./findings",
    "./mending"
], function ($, Jupyter, elements, modal, words, anchors, findings, mending) {
    "use strict";

    var text = words.text;
    var HEIGHT = 0.3; // of the window, from its top: there the line comes to stand
    var shown = null; // {bar, unmark}

    // Above and below it a person sees what is around.
    function scroll_to(spot) {
        var scroller = Jupyter.notebook.scroll_manager.element;
        var editor = spot.cell.code_mirror;
        var is_typed = spot.line !== null && $(editor.getWrapperElement()).is(":visible"); // or it is rendered
        var top = is_typed ? editor.charCoords({line: spot.line - 1, ch: 0}, "window").top
            : spot.cell.element[0].getBoundingClientRect().top;
        var frame = scroller[0].getBoundingClientRect();
        scroller.scrollTop(scroller.scrollTop() + top - frame.top - HEIGHT * frame.height);
    }

    // The line, until the bar is gone; CodeMirror moves the mark with it.
    function mark(spot) {
        if (spot.line === null) {
            return function () {};
        }
        var editor = spot.cell.code_mirror;
        var line = editor.addLineClass(spot.line - 1, "wrap", "primehub-spot");
        editor.setCursor({line: spot.line - 1, ch: 0}, undefined, {scroll: false});
        return function () { editor.removeLineClass(line, "wrap", "primehub-spot"); };
    }

    function leave() {
        if (shown) {
            document.removeEventListener("keydown", shown.on_key, true);
            shown.unmark();
            shown.bar.remove();
            shown = null;
        }
    }

    function is_busy_elsewhere() {
        return modal.is_any_open() || $(".modal.in").length > 0 || $(".dropdown.open").length > 0;
    }

    function make_bar(finding, back) {
        var message = findings.sentence(finding).addClass("primehub-spot-said");
        var mended = mending.make(function (changed, is_fixed) {
            message.add(fix).toggle(!is_fixed || !changed.length);
        });
        var fix = elements.button("primehub_spot_fix", (finding.fix && finding.fix.label) || text("finding_fix"),
            function () { mended.fix([finding]); }, "btn-default btn-xs").toggle(mending.can_fix(finding));
        var again = elements.button("primehub_spot_back", text("shown_back"), back, "btn-primary btn-xs")
            .attr("title", text("shown_back_title"));
        var stay = elements.button("primehub_spot_leave", text("shown_leave"), function () {
            leave();
            Jupyter.notebook.focus_cell();
        }, "btn-default btn-xs");
        return $("<div>").attr({id: "primehub_spot", role: "region", "aria-label": text("shown")})
            .append(message, mended.element, $("<span>").addClass("primehub-spot-do").append(fix, again, " ", stay))
            .on("keydown", function (event) {
                if (event.key === "Enter" || event.key === " ") {
                    event.stopPropagation(); // or the keyboard manager would go to edit mode
                }
            });
    }

    // Where it is known where the finding is. back(): somebody wants the dialog again.
    function show(finding, back) {
        var spot = anchors.spot(finding);
        leave();
        function on_back() {
            leave();
            back();
        }
        // The first Escape in a cell that is edited is the Notebook's.
        function on_key(event) {
            if (event.key === "Escape" && Jupyter.notebook.mode === "command" && !is_busy_elsewhere()) {
                event.stopPropagation();
                on_back();
            }
        }
        Jupyter.notebook.select(spot.index);
        shown = {unmark: mark(spot), bar: make_bar(finding, on_back).appendTo("body"), on_key: on_key};
        scroll_to(spot);
        document.addEventListener("keydown", on_key, true);
        spot.cell.element[0].focus({preventScroll: true});
        Jupyter.keyboard_manager.command_mode();
    }

    return {show: show, leave: leave};
});
