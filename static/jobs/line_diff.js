// Which lines of two texts differ: both texts in; each as pieces {text, changed} out. For texts of a few kB.
define([], function () {
    "use strict";

    var LONGEST = 300; // lines on a side whose best match is looked for; beyond, all between what is alike is changed

    // The lengths of the longest common runs of lines from each place on.
    function table(one, other) {
        var best = [];
        for (var n = one.length; n >= 0; n -= 1) {
            best[n] = [];
            for (var m = other.length; m >= 0; m -= 1) {
                best[n][m] = n === one.length || m === other.length ? 0
                    : one[n] === other[m] ? best[n + 1][m + 1] + 1 : Math.max(best[n + 1][m], best[n][m + 1]);
            }
        }
        return best;
    }

    // For each line of both whether it is changed.
    function changed(one, other) {
        var marks = [one.map(function () { return true; }), other.map(function () { return true; })];
        if (one.length > LONGEST || other.length > LONGEST) {
            return marks;
        }
        var best = table(one, other);
        for (var n = 0, m = 0; n < one.length && m < other.length;) {
            if (one[n] === other[m]) {
                marks[0][n] = marks[1][m] = false;
                n += 1;
                m += 1;
            } else if (best[n + 1][m] >= best[n][m + 1]) {
                n += 1;
            } else {
                m += 1;
            }
        }
        return marks;
    }

    function pieces(lines, marks) {
        var made = [];
        lines.forEach(function (line, n) {
            var last = made[made.length - 1];
            if (last && last.changed === marks[n]) {
                last.text += "\n" + line;
            } else {
                made.push({text: line, changed: marks[n]});
            }
        });
        return made;
    }

    // → [pieces of `left`, pieces of `right`]
    function of(left, right) {
        var one = left.split("\n");
        var other = right.split("\n");
        var most = Math.min(one.length, other.length);
        var head = 0;
        while (head < most && one[head] === other[head]) {
            head += 1;
        }
        var tail = 0;
        while (tail < most - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) {
            tail += 1;
        }
        var marks = changed(one.slice(head, one.length - tail), other.slice(head, other.length - tail));
        return [one, other].map(function (lines, side) {
            return pieces(lines, lines.map(function (_line, n) {
                return n >= head && n < lines.length - tail && marks[side][n - head];
            }));
        });
    }

    return {of: of};
});
