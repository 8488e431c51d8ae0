// A notebook without a parameters cell: the cells that could be it, as the server tells, in; what each assigns, a
// button that makes it one, in the open notebook, and the way back, out.
define([
    "jquery", "base/js/namespace", "../ui/elements", "../words/parameters", "./anchors", "./mending"
], function ($, Jupyter, elements, words, anchors, mending) {
    "use strict";

    var text = words.text;
    var TAG = "parameters";

    // "`a`, `b`".
    function names_text(names) {
        return names.map(function (name) { return "`" + name + "`"; }).join(", ");
    }

    // The selected cell, where the server has found none and it may assign something: an offer like one of the
    // server's, or null.
    function selected() {
        var cell = Jupyter.notebook.get_selected_cell();
        if (!cell || cell.cell_type !== "code" || !/=/.test(cell.get_text())) {
            return null;
        }
        var at = Jupyter.notebook.find_cell_index(cell);
        return {cell: at, line: null, names: [], fix: {label: text("offer_tag"), edits: [{cell: at, tag: TAG}]}};
    }

    // on_change(offers, whether they are made now, or taken back) hears of what was changed in the notebook.
    // → {element, show(answer of check.js, or null)}
    function make(id, on_change) {
        var teach = $("<p>").addClass("primehub-offer-teach");
        var list = $("<ul>").addClass("primehub-offers").attr("id", id);
        var mended = mending.make(on_change, id + "_undo");
        var element = $("<div>").append(teach, list, mended.element);
        var shown = null;

        function row_of(offer) {
            var spot = anchors.spot(offer);
            var cell = spot && spot.number;
            var label = text(["offer_tag", "offer_make_one"][offer.names.length] || "offer_make");
            var said = !offer.names.length ? text("offer_selected", {cell: cell})
                : text(offer.commented ? "offer_aside" : "offer_live", {cell: cell, names: names_text(offer.names)});
            return $("<li>").append(
                $("<span>").append(elements.parts(said)), " ",
                elements.button(null, label, function () { mended.fix([offer]); }, "btn-default btn-xs")
                    .attr("aria-label", text("offer_label", {label: label, names: offer.names.join(", ") || cell}))
            );
        }

        function show(answer) {
            var is_untagged = !!answer && answer.tagged === null;
            var is_empty = !!answer && !answer.parameters.some(function (each) {
                return typeof each.default === "string";
            });
            var offers = is_untagged && Jupyter.notebook.writable ? answer.candidates : [];
            if (is_untagged && !offers.length && Jupyter.notebook.writable) {
                offers = [selected()].filter(Boolean);
                anchors.bind(offers);
            }
            var sentence = !is_empty ? "" : text(is_untagged ? "rows_none" : "rows_none_declared");
            var now = JSON.stringify([sentence, offers]);
            if (now !== shown) {
                shown = now;
                teach.empty().append(elements.parts(sentence)).toggle(!!sentence);
                list.empty().append(offers.map(row_of)).toggle(offers.length > 0);
            }
        }
        return {element: element, show: show};
    }

    return {make: make};
});
