// A window on many lines: how many there are, and each as pieces of text, in; an element that has only the lines that
// are in sight out. A millionth line costs what the first does.
define(["jquery"], function ($) {
    "use strict";

    var ROW = 17;             // px, as in logs.css
    var TALLEST = 8000000;    // px: browsers know no elements much taller
    var MARGIN = 2;           // lines that are made beyond those in sight

    // text: {count(), line(number)} as log_text.js makes it.
    // on: {cut(characters) → words, scrolled(whether at the end)}
    function make(text, label, on) {
        var rows = $("<div>").addClass("primehub-log-rows");
        var fill = $("<div>").addClass("primehub-log-fill").append(rows);
        var element = $("<div>").addClass("primehub-log-window")
            .attr({tabindex: "0", role: "region", "aria-label": label}).append(fill);
        var box = element[0];
        var first = 0;
        var marked = null;   // the line that a search is at
        var at_end = true;
        var asked = false;
        var quiet = false;   // the scrolling is ours

        function in_sight() {
            return Math.max(1, Math.floor(box.clientHeight / ROW));
        }

        function last_first() {
            return Math.max(0, text.count() - in_sight());
        }

        function height() {
            return Math.min(TALLEST, text.count() * ROW);
        }

        // Where the scrollbar is ↔ which line is first.
        function way() {
            return Math.max(0, Math.max(height(), box.clientHeight) - box.clientHeight);
        }

        function first_of(top) {
            return way() ? Math.round(Math.min(1, top / way()) * last_first()) : 0;
        }

        function piece(part) {
            var span = $("<span>").text(part.text);
            return part.classes || Object.keys(part.style).length ? span.addClass(part.classes).css(part.style) : span;
        }

        function row(number) {
            var line = text.line(number);
            return $("<div>").addClass("primehub-log-row").attr("data-line", number)
                .toggleClass("primehub-log-marked", number === marked)
                .append(line.parts.map(piece), line.cut
                    ? $("<span>").addClass("primehub-log-cut").text(on.cut(line.cut)) : []);
        }

        function draw() {
            asked = false;
            fill.css("height", Math.max(height(), box.clientHeight) + "px");
            if (at_end) {
                first = last_first();
                quiet = Math.abs(box.scrollTop - way()) > 1;
                box.scrollTop = way();
            }
            var until = Math.min(text.count(), first + in_sight() + MARGIN);
            var made = [];
            for (var number = Math.max(0, first - (at_end ? MARGIN : 0)); number < until; number += 1) {
                made.push(row(number));
            }
            rows.css("height", box.clientHeight + "px").toggleClass("primehub-log-at-end", at_end && last_first() > 0)
                .empty().append(made);
        }

        // At most once in each frame, however much comes.
        function ask() {
            if (!asked) {
                asked = true;
                window.requestAnimationFrame(draw);
            }
        }

        function go(number, end) {
            first = Math.max(0, Math.min(number, last_first()));
            if (end !== at_end) {
                at_end = end;
                on.scrolled(at_end);
            }
            quiet = true;
            box.scrollTop = last_first() ? way() * first / last_first() : 0;
            ask();
        }

        element.on("scroll", function () {
            if (quiet) {
                quiet = false;
                return;
            }
            var end = box.scrollTop >= way() - 1;
            first = end ? last_first() : first_of(box.scrollTop);
            if (end !== at_end) {
                at_end = end;
                on.scrolled(end);
            }
            ask();
        }).on("keydown", function (event) {
            var to = {
                ArrowDown: first + 1, ArrowUp: first - 1, PageDown: first + in_sight() - 1,
                PageUp: first - in_sight() + 1, Home: 0, End: Infinity
            }[event.key];
            if (to !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
                event.preventDefault();
                event.stopPropagation();
                go(to, to >= last_first());
            }
        });

        if (window.ResizeObserver) {
            new window.ResizeObserver(ask).observe(box); // also when it comes into the page
        }
        return {
            element: element,
            changed: ask,
            // Lines were put before the first one.
            moved: function (by) {
                first += by;
                marked = marked === null ? null : marked + by;
                go(first, at_end);
            },
            to_end: function () { go(Infinity, true); },
            stay: function () { go(first, false); },
            mark: function (number) {
                marked = number;
                if (number !== null) {
                    go(number - Math.floor(in_sight() / 2), false);
                } else {
                    ask();
                }
            },
            wrap: function (whether) {
                element.toggleClass("primehub-log-wrapped", whether);
                ask();
            }
        };
    }

    return {make: make};
});
