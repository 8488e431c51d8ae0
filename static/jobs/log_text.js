// The text of a log: bytes as they come in; its lines, what each looks like, and those that hold a word, out. No page.
define(["./ansi"], function (ansi) {
    "use strict";

    var LONGEST = 10000; // characters of a line that are shown; all of it is in the download
    var MOST = 150e6;    // characters that are kept: a tab must not take a computer down
    var SLICE = 20000;   // lines that are looked through in one go

    function make() {
        var decoder;
        var lines;   // the last one is not ended yet, if it is not ""
        var states;  // by line, where it does not begin plain: the colours it begins in
        var state;   // the colours that the last line begins in
        var size;
        var dropped; // lines that were there and are not any more

        function clear() {
            decoder = new window.TextDecoder("utf-8", {ignoreBOM: true});
            lines = [""];
            states = new Map();
            state = ansi.PLAIN;
            size = 0;
            dropped = 0;
        }

        function end_line() {
            state = ansi.end_state(lines[lines.length - 1], state);
            lines.push("");
            if (state !== ansi.PLAIN) {
                states.set(dropped + lines.length - 1, state);
            }
        }

        function drop_surplus() {
            if (size <= MOST) {
                return;
            }
            var gone = 0;
            while (size > 0.9 * MOST && gone < lines.length - 1) {
                size -= lines[gone].length + 1;
                states.delete(dropped + gone);
                gone += 1;
            }
            lines.splice(0, gone);
            dropped += gone;
        }

        function append_text(text) {
            var parts = text.split("\n");
            lines[lines.length - 1] += parts[0];
            for (var n = 1; n < parts.length; n += 1) {
                end_line();
                lines[lines.length - 1] = parts[n];
            }
            size += text.length;
            drop_surplus();
        }

        // Numbers of lines count from 0 at the first that is kept.
        function count() {
            return lines.length - (lines[lines.length - 1] === "" ? 1 : 0);
        }

        // → {parts: [{text, classes, style}], cut: characters that are not shown}
        function line(number) {
            var text = lines[number];
            var cut = Math.max(0, text.length - LONGEST);
            var found = ansi.parse(cut ? text.slice(0, LONGEST) : text, states.get(dropped + number) || ansi.PLAIN);
            return {parts: found.parts, cut: cut};
        }

        // Looks for a word in any case of letters, some lines at a time, so that the page stays quick. on(numbers,
        // whether that is all). → {stop()}
        function search(word, on) {
            var wanted = word.toLowerCase();
            var found = [];
            var at = dropped;
            var timer = null;

            function step() {
                var until = Math.min(at + SLICE, dropped + count());
                at = Math.max(at, dropped);
                for (; at < until; at += 1) {
                    var text = lines[at - dropped];
                    if (text.length < 1e6 && ansi.plain(text).toLowerCase().indexOf(wanted) >= 0) {
                        found.push(at);
                    }
                }
                var over = at >= dropped + count();
                timer = over ? null : window.setTimeout(step, 0);
                on(found.map(function (number) { return number - dropped; })
                    .filter(function (number) { return number >= 0; }), over);
            }
            timer = window.setTimeout(step, 0);
            return {
                // More lines came, the last one perhaps in two parts.
                more: function () {
                    if (timer === null) {
                        at = Math.max(dropped, at - 1);
                        if (found[found.length - 1] >= at) {
                            found.pop();
                        }
                        step();
                    }
                },
                stop: function () { window.clearTimeout(timer); }
            };
        }

        // Puts what was before the first line before it: a text that ends where this one begins. Some of it at a time.
        function prepend(text, done) {
            var before = [];
            var began = ansi.PLAIN;
            var before_states = new Map();
            var at = 0;

            function step() {
                var until = Math.min(text.length, at + 2e6);
                while (at < until) {
                    var end = text.indexOf("\n", at);
                    end = end < 0 ? text.length : end;
                    if (began !== ansi.PLAIN) {
                        before_states.set(before.length, began);
                    }
                    before.push(text.slice(at, end));
                    began = ansi.end_state(before[before.length - 1], began);
                    at = end + 1;
                }
                if (at < text.length) {
                    window.setTimeout(step, 0);
                    return;
                }
                var shifted = before_states;
                if (began !== ansi.PLAIN) {
                    shifted.set(before.length, began);
                }
                states.forEach(function (value, number) { shifted.set(number - dropped + before.length, value); });
                states = shifted;
                lines = before.concat(lines);
                size += text.length;
                dropped = 0;
                drop_surplus();
                done(before.length);
            }
            step();
        }

        clear();
        return {
            append: function (bytes) { append_text(decoder.decode(bytes, {stream: true})); },
            clear: clear, count: count, line: line, search: search, prepend: prepend,
            // The first so many characters, by which the place is found in all of the log.
            head: function (characters) {
                var text = "";
                for (var n = 0; n < lines.length && text.length < characters; n += 1) {
                    text += lines[n] + (n < lines.length - 1 ? "\n" : "");
                }
                return text.slice(0, characters);
            },
            dropped: function () { return dropped; }
        };
    }

    return {make: make};
});
