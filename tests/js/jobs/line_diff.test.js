// Which lines of two texts differ.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const {of} = loader({})("./jobs/line_diff");
const marked = (pieces) => pieces.map((each) => (each.changed ? `[${each.text}]` : each.text)).join("|");
const both = (left, right) => of(left, right).map(marked);

test("only the lines that differ are marked", () => {
    assert.deepStrictEqual(both("a\nb\nc", "a\nx\nc"), ["a|[b]|c", "a|[x]|c"]);
    assert.deepStrictEqual(both("a\nb\nc\nd", "a\nc\nnew\nd"), ["a|[b]|c\nd", "a\nc|[new]|d"]);
    assert.deepStrictEqual(both("same\nsame", "same\nsame"), ["same\nsame", "same\nsame"]);
    assert.deepStrictEqual(both("", "x"), ["[]", "[x]"]);
    assert.deepStrictEqual(both("a\na", "a"), ["a|[a]", "a"]);
});

test("of very many lines all between what is alike is marked", () => {
    const lines = (word) => [
        "head", ...Array.from({length: 400}, (_, n) => `${word}${n % 2 ? n : ""}`), "tail"
    ].join("\n");
    const [left, right] = of(lines("a"), lines("b"));
    assert.deepStrictEqual([left, right].map((pieces) => pieces.map((each) => each.changed)),
        [[false, true, false], [false, true, false]]);
    assert.strictEqual(left.map((each) => each.text).join("\n"), lines("a"));
});
