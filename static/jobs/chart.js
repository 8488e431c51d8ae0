// A line over time: its points, a limit and the words for them in; an SVG picture of our own, with a text that says the
// same, out.
define(["jquery"], function ($) {
    "use strict";

    var SVG = "http://www.w3.org/2000/svg";
    var WIDTH = 560;
    var HEIGHT = 90;
    var GAP = 3; // times the usual distance of two points; over a longer one there is no line

    function svg(name, attributes) {
        var made = document.createElementNS(SVG, name);
        Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
        return made;
    }

    // The highest value that is drawn: the limit, unless what was used is much less or more; a little above it.
    function top_of(values, limit) {
        var peak = values.reduce(function (most, value) { return Math.max(most, value); }, 0);
        return 1.08 * Math.max(peak, limit || 0) || 1;
    }

    // Seconds between most of the points.
    function usual(times) {
        var between = times.slice(1).map(function (time, n) { return time - times[n]; }).sort(function (a, b) {
            return a - b;
        });
        return between.length ? between[Math.floor(between.length / 2)] : 0;
    }

    // → the `d` of a path, in a box of so many units, where 0 is at the bottom; broken where nothing was measured.
    function path(times, values, top) {
        var from = times[0];
        var long = times[times.length - 1] - from;
        var step = usual(times);
        return times.map(function (time, n) {
            var x = long ? WIDTH * (time - from) / long : WIDTH / 2;
            var y = HEIGHT - HEIGHT * values[n] / top;
            var apart = n === 0 || time - times[n - 1] > GAP * step;
            return (apart ? "M" : "L") + x.toFixed(1) + " " + y.toFixed(1);
        }).join("");
    }

    // facts: {name, label: all of it as a sentence, time: [Unix seconds], values, limit or null}. → an element
    function make(facts) {
        var top = top_of(facts.values, facts.limit);
        var picture = svg("svg", {
            viewBox: "0 0 " + WIDTH + " " + HEIGHT, preserveAspectRatio: "none", role: "img", "aria-label": facts.label,
            class: "primehub-chart"
        });
        if (facts.limit) {
            var y = (HEIGHT - HEIGHT * facts.limit / top).toFixed(1);
            picture.appendChild(svg("line", {x1: 0, x2: WIDTH, y1: y, y2: y, class: "primehub-chart-limit"}));
        }
        if (facts.time.length) {
            var line = path(facts.time, facts.values, top);
            var area = usual(facts.time) && line.lastIndexOf("M") === 0
                ? line + "L" + WIDTH + " " + HEIGHT + "L0 " + HEIGHT + "Z" : null;
            if (area) {
                picture.appendChild(svg("path", {d: area, class: "primehub-chart-area"}));
            }
            picture.appendChild(svg("path", {d: line, class: "primehub-chart-line"}));
        }
        return $(picture);
    }

    return {make: make, path: path, top_of: top_of};
});
