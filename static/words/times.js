// Moments and lengths of time: a date or seconds in; the words for them out, in the reader's zone.
define(["./jobs"], function (words) {
    "use strict";

    var text = words.text;
    var MINUTE = 60;
    var HOUR = 3600;
    var DAY = 86400;

    // "2026-11-22T10:30:00Z" → a Date, or null where that is no time.
    function read(written) {
        var date = new Date(written || NaN);
        return isNaN(date) ? null : date;
    }

    // Seconds → "42 s", "2 min 5 s", "41 min", "1 h 5 min", "2 d 3 h": no more than what matters at that length.
    // `rounded`: for what is only known about.
    function length(seconds, rounded) {
        var s = Math.max(0, Math.round(seconds));
        if (s < MINUTE) {
            return text("seconds_short", {s: s});
        }
        if (s < 10 * MINUTE && s % MINUTE && !rounded) {
            return text("minutes_seconds_short", {m: Math.floor(s / MINUTE), s: s % MINUTE});
        }
        var minutes = Math.round(s / MINUTE);
        if (minutes < 60) {
            return text("minutes_short", {m: minutes});
        }
        if (minutes < 60 * 24) {
            var rest = {h: Math.floor(minutes / 60), m: minutes % 60};
            return text(rest.m ? "hours_short" : "hours_only_short", rest);
        }
        var hours = Math.round(s / HOUR);
        return text("days_short", {d: Math.floor(hours / 24), h: hours % 24});
    }

    // Of one cell: "0.2 s" too, since some take no second.
    function cell_length(seconds) {
        if (seconds < 0.1) {
            return text("seconds_tiny");
        }
        return seconds < 10 ? text("seconds_short", {s: seconds.toFixed(1)}) : length(seconds);
    }

    function clock(date) {
        return date.toLocaleTimeString([], {hour: "numeric", minute: "2-digit", second: "2-digit"});
    }

    function full(date) {
        return date.toLocaleString([], {dateStyle: "medium", timeStyle: "long"});
    }

    // Up to a day ago as such, and before that the date. A clock that is slow on one side says "just now".
    function ago(date, now) {
        var seconds = (now - date) / 1000;
        if (seconds < MINUTE) {
            return text("time_now");
        }
        if (seconds < HOUR) {
            return words.plural("minutes_ago", Math.floor(seconds / MINUTE));
        }
        if (seconds < DAY) {
            return words.plural("hours_ago", Math.floor(seconds / HOUR));
        }
        return date.toLocaleDateString([], {day: "numeric", month: "short", year: "numeric"});
    }

    return {read: read, length: length, cell_length: cell_length, clock: clock, full: full, ago: ago};
});
