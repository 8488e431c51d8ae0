// Words: the key of a sentence and its values → the sentence; an error → what happened and what to do; seconds and
// amounts → words.
// The sentences are those of one language, words/en.js.
define(["./en", "./en_menu"], function (language, menu) {
    "use strict";

    // An object's own property: a code from a server may be called "constructor".
    function own(table, key) {
        return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined;
    }

    function fill(string, values) {
        return string.replace(/\{(\w+)\}/g, function (whole, name) {
            return values && own(values, name) !== undefined ? String(values[name]) : whole;
        });
    }

    function text(key, values) {
        var string = own(language.strings, key);
        if (string === undefined) {
            throw new Error("no such message: " + key);
        }
        return fill(string, values);
    }

    function sentence(value) {
        return typeof value === "string" && value.trim() ? value : null;
    }

    // What a part of the extension has to say that is fetched with it: {strings, counts, errors}.
    function add(more) {
        Object.assign(language.strings, more.strings);
        Object.assign(language.errors, more.errors);
        language.counts = Object.assign(language.counts || {}, more.counts);
    }

    // What is said of a number of things.
    function plural(key, count) {
        return fill(own(language.counts, key)[count === 1 ? 0 : 1], {count: count});
    }

    // {code, message?, hint?, field?, link?} → the same with message and hint filled in, and what the link is for, if
    // that has words of its own.
    function describe(error) {
        error = error || {};
        var ours = own(language.errors, error.code);
        var unknown = language.unknown;
        return {
            code: error.code || "unknown",
            message: ours ? ours[0] : sentence(error.message) || unknown[0],
            hint: ours ? ours[1] : sentence(error.hint) || (sentence(error.message) ? "" : unknown[1]),
            field: error.field || null,
            link: error.link || null,
            link_label: (ours && ours[2]) || null,
            details: error.details || null
        };
    }

    function counted(forms, count) {
        return fill(forms[Number(count) === 1 ? 0 : 1], {count: count});
    }

    // A number to show: at most two digits after the point; what is none is not known.
    function number(value) {
        return typeof value === "number" ? String(Math.round(value * 100) / 100) : "?";
    }

    // "gpu", 2 → "2 GPUs".
    function amount(what, value) {
        return counted(language.amounts[what], number(value));
    }

    // Seconds → "1 hour", "90 minutes".
    function duration(seconds) {
        function of(count, unit) {
            return counted(language.durations[unit], count);
        }
        if (seconds % 86400 === 0 && seconds > 86400) {
            return of(seconds / 86400, "day");
        }
        if (seconds % 3600 === 0) {
            return of(seconds / 3600, "hour");
        }
        return seconds % 60 === 0 ? of(seconds / 60, "minute") : of(seconds, "second");
    }

    add(menu);

    return {
        text: text, describe: describe, number: number, amount: amount, duration: duration, add: add, plural: plural
    };
});
