// One cell of two runs, side by side: what the server tells of it in; an element out.
define(["jquery", "../words/compare", "../words/times", "./line_diff"], function ($, words, times, line_diff) {
    "use strict";

    var text = words.text;
    var MARKS = {done: "✓", running: "◔", failed: "✕", pending: "·", stopped: "◼", skipped: "·"};
    var TALL = 12; // lines beyond which a text scrolls, and so has to be reached by keyboard

    function name_of(pair) {
        var one = pair.sides[0];
        var other = pair.sides[1];
        var number = (one || other).number;
        if (pair.injected) {
            return text("pair_injected");
        }
        if (number === null) {
            return text("pair_text");
        }
        return one && other && one.number !== other.number ? text("pair_moved", {cell: number, other: other.number})
            : text("pair_cell", {cell: number});
    }

    function reasons(pair) {
        if (!pair.differs.length) {
            return [text("pair_same")];
        }
        return pair.differs.map(function (what) {
            return what !== "presence" ? text("differs_" + what)
                : text(pair.sides[0] ? "pair_earlier_only" : "pair_later_only");
        });
    }

    function fared(side) {
        var time = side.seconds === null ? "" : times.cell_length(side.seconds);
        return $("<p>").addClass("primehub-pair-fared primehub-pair-" + side.state).append(
            $("<span>").attr("aria-hidden", "true").text(MARKS[side.state] || ""),
            $("<span>").text([text("cell_" + side.state), time].filter(Boolean).join(", "))
        );
    }

    function note(words_said) {
        return $("<p>").addClass("primehub-pair-note text-muted").text(words_said);
    }

    // A piece of text, with what is not in the other piece marked.
    function block(piece, marked, label) {
        var lines = piece.text.split("\n").length;
        var pre = $("<pre>").addClass("primehub-pair-text").append(marked.map(function (each, n) {
            var line = (n ? "\n" : "") + each.text;
            return each.changed ? $("<mark>").text(line) : $("<span>").text(line);
        }));
        if (lines > TALL || piece.text.length > 60 * TALL) {
            pre.attr({tabindex: "0", role: "group", "aria-label": label});
        }
        return [
            piece.skipped ? note(words.plural("pair_skipped", piece.skipped)) : null, pre,
            piece.cut ? note(text("pair_more")) : null
        ].filter(Boolean);
    }

    // What both sides have as `part`; `names` are those of the runs.
    function columns(pieces, part, names, instead) {
        var both = pieces[0] && pieces[1];
        var diffed = both && line_diff.of(pieces[0].text, pieces[1].text);
        return pieces.map(function (piece, side) {
            var label = text("pair_side", {part: text(part), name: names[side]});
            var marked = piece && (both ? diffed[side] : [{text: piece.text, changed: false}]);
            return !piece || piece.text === "" ? instead(side)
                : block(piece, marked, label);
        });
    }

    function grid(cells, names) {
        return $("<div>").addClass("primehub-pair-columns").append(cells.map(function (content, side) {
            return $("<div>").append($("<p>").addClass("primehub-pair-whose").text(names[side]), content);
        }));
    }

    function get(pair, what) {
        return pair.sides.map(function (side) { return side ? side[what] || null : null; });
    }

    function media(pair) {
        return pair.outputs.media.map(function (each) {
            var said = each.same ? "media_same" : each.counts[0] === each.counts[1] ? "media_differs" : "media_counts";
            return $("<li>").toggleClass("primehub-pair-differs", !each.same).text(text(said, {
                type: each.type, earlier: each.counts[0], later: each.counts[1]
            }));
        });
    }

    function outputs(pair, names) {
        var pieces = get(pair, "text");
        var list = media(pair);
        var shown = [];
        if (pieces[0] || pieces[1]) {
            if ((pieces[0] && pieces[0].text) || (pieces[1] && pieces[1].text)) {
                shown.push(grid(columns(pieces, "pair_output", names, function (side) {
                    return pair.sides[side] ? note(text(pieces[side] ? "pair_no_text" : "pair_left_out")) : null;
                }), names));
            }
        } else if (pair.outputs.same === false && !list.length) {
            shown.push(note(text("pair_too_large")));
        }
        if (pair.outputs.same === null && pair.sides[0] && pair.sides[1]) {
            shown.push(note(text("pair_too_large_to_tell")));
        }
        return shown.concat(list.length ? $("<ul>").addClass("primehub-pair-media").append(list) : []);
    }

    function sources(pair, names) {
        var pieces = get(pair, "source");
        var differ = pair.differs.indexOf("source") >= 0 || pair.differs.indexOf("presence") >= 0;
        if (!pieces[0] && !pieces[1]) {
            return [];
        }
        return differ ? [grid(columns(pieces, "pair_source", names, function (side) {
            return note(text(pair.sides[side] ? "pair_left_out" : "pair_none"));
        }), names)] : block(pieces[0] || pieces[1], [{text: (pieces[0] || pieces[1]).text, changed: false}],
            text("pair_source"));
    }

    // names: of the two runs.
    function make(pair, names) {
        var element = $("<li>").addClass("primehub-pair").toggleClass("primehub-pair-same", !pair.differs.length);
        var line = (pair.sides[0] || pair.sides[1]).line;
        element.append($("<div>").addClass("primehub-pair-head").append(
            $("<strong>").text(name_of(pair)),
            pair.differs.length ? null : $("<code>").addClass("primehub-pair-line").text(line),
            $("<span>").addClass("primehub-pair-why").text(reasons(pair).join(", "))
        ));
        if (pair.kind === "code" && pair.sides[0] && pair.sides[1]) {
            element.append(grid(pair.sides.map(fared), names).addClass("primehub-pair-fares"));
        }
        return pair.differs.length ? element.append(sources(pair, names), outputs(pair, names)) : element;
    }

    return {make: make};
});
