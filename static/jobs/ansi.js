// ANSI colours: a line of a terminal and the colours it begins in, in; pieces of text with the classes and colours that
// the Notebook gives them, and the colours it ends in, out. What else a terminal would obey is left out.
define([], function () {
    "use strict";

    var NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    // Control sequences, of which m are colours; titles and the like, up to BEL or ST; other escapes and control
    // characters.
    var ESCAPES = new RegExp("\\x1b\\[([0-9;:<=>?]*)[ -/]*([@-~])|\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)?|" +
        "\\x1b[ -/]*[0-~]?|[\\x00-\\x08\\x0b-\\x1f\\x7f]", "g");
    var PLAIN = Object.freeze({fg: null, bg: null, bold: false, underline: false, inverse: false});

    // The colour after 38 or 48: a number of the 16, or "rgb(…)"; undefined where it is none. Takes what it reads away.
    function extended(numbers) {
        var kind = numbers.shift();
        var value = numbers.shift();
        if (kind === 2) {
            var rgb = [value, numbers.shift(), numbers.shift()];
            var good = rgb.every(function (part) { return part >= 0 && part < 256; });
            return good ? "rgb(" + rgb.join(",") + ")" : undefined;
        }
        if (kind !== 5 || !(value >= 0 && value < 256)) {
            return undefined;
        }
        if (value < 16) {
            return value;
        }
        function level(part) {
            return part ? 55 + 40 * part : 0;
        }
        var grey = 8 + 10 * (value - 232);
        var cube = value - 16;
        var parts = value < 232
            ? [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)] : [grey, grey, grey];
        return "rgb(" + parts.join(",") + ")";
    }

    // The state after "\x1b[<codes>m".
    function after(state, codes) {
        var next = Object.assign({}, state);
        var numbers = codes.split(/[;:]/).map(Number);
        while (numbers.length) {
            var n = numbers.shift();
            if (n === 0) {
                next = Object.assign({}, PLAIN);
            } else if (n === 1 || n === 22) {
                next.bold = n === 1;
            } else if (n === 4 || n === 24) {
                next.underline = n === 4;
            } else if (n === 7 || n === 27) {
                next.inverse = n === 7;
            } else if (n === 38 || n === 48) {
                var colour = extended(numbers);
                if (colour === undefined) {
                    break; // whatever follows belongs to it
                }
                next[n === 38 ? "fg" : "bg"] = colour;
            } else if (n === 39 || n === 49) {
                next[n === 39 ? "fg" : "bg"] = null;
            } else if ((n >= 30 && n < 38) || (n >= 90 && n < 98)) {
                next.fg = n < 90 ? n - 30 : n - 82;
            } else if ((n >= 40 && n < 48) || (n >= 100 && n < 108)) {
                next.bg = n < 100 ? n - 40 : n - 92;
            }
        }
        return Object.keys(PLAIN).every(function (key) { return next[key] === PLAIN[key]; }) ? PLAIN : next;
    }

    // What of a state shows: {classes, style}; bold makes the eight colours intense, as in the Notebook.
    function look(state) {
        var fg = state.inverse ? state.bg : state.fg;
        var bg = state.inverse ? state.fg : state.bg;
        var classes = [];
        var style = {};

        function put(colour, part, property) {
            if (typeof colour === "number") {
                var intense = colour > 7 || (part === "fg" && state.bold);
                classes.push("ansi-" + NAMES[colour % 8] + (intense ? "-intense-" : "-") + part);
            } else if (colour) {
                style[property] = colour;
            } else if (state.inverse) {
                classes.push("ansi-default-inverse-" + part);
            }
        }
        put(fg, "fg", "color");
        put(bg, "bg", "backgroundColor");
        if (state.bold) {
            classes.push("ansi-bold");
        }
        if (state.underline) {
            classes.push("ansi-underline");
        }
        return {classes: classes.join(" "), style: style};
    }

    // What a carriage return takes back is not shown: of a progress bar the last state.
    function overwritten(line) {
        var text = line.replace(/\r+$/, "");
        var back = text.lastIndexOf("\r");
        return back < 0 ? text : text.slice(back + 1);
    }

    // → {parts: [{text, classes, style}], state}
    function parse(line, state) {
        var text = overwritten(line);
        // The colours set in what was overwritten count all the same.
        var now = text.length < line.length ? end_state(line.slice(0, line.length - text.length), state) : state;
        var parts = [];
        var at = 0;
        var match;

        function push(end) {
            if (end > at) {
                parts.push(Object.assign({text: text.slice(at, end)}, look(now)));
            }
        }
        ESCAPES.lastIndex = 0;
        while ((match = ESCAPES.exec(text))) {
            push(match.index);
            at = ESCAPES.lastIndex;
            if (match[2] === "m") {
                now = after(now, match[1]);
            }
        }
        push(text.length);
        return {parts: parts, state: now};
    }

    // The state that a line ends in; cheap for lines without escapes.
    function end_state(line, state) {
        if (line.indexOf("\x1b[") < 0) {
            return state;
        }
        var colours = /\x1b\[([0-9;:]*)m/g;
        var match;
        while ((match = colours.exec(line))) {
            state = after(state, match[1]);
        }
        return state;
    }

    function plain(line) {
        return overwritten(line).replace(ESCAPES, "");
    }

    return {PLAIN: PLAIN, parse: parse, end_state: end_state, plain: plain};
});
