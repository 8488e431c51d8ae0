// ANSI colours: pieces with the Notebook's own classes, and nothing else of what a terminal would do.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const ansi = loader()("./jobs/ansi");

function seen(line, state = ansi.PLAIN) {
    return ansi.parse(line, state).parts.map((part) => {
        return [part.text, part.classes, ...Object.entries(part.style).flat()];
    });
}

test("a line without escapes is one piece", () => {
    assert.deepStrictEqual(seen("<b>plain</b>"), [["<b>plain</b>", ""]]);
    assert.deepStrictEqual(seen(""), []);
});

test("colours are the Notebook's classes", () => {
    assert.deepStrictEqual(seen("\x1b[31mred\x1b[0m no"), [["red", "ansi-red-fg"], [" no", ""]]);
    assert.deepStrictEqual(seen("\x1b[1;32mbold\x1b[22mnot"), [
        ["bold", "ansi-green-intense-fg ansi-bold"], ["not", "ansi-green-fg"]
    ]);
    assert.deepStrictEqual(seen("\x1b[94;41;4mx\x1b[mx"), [
        ["x", "ansi-blue-intense-fg ansi-red-bg ansi-underline"], ["x", ""]
    ]);
    assert.deepStrictEqual(seen("\x1b[7mx\x1b[36mx\x1b[27mx"), [
        ["x", "ansi-default-inverse-fg ansi-default-inverse-bg"], ["x", "ansi-default-inverse-fg ansi-cyan-bg"],
        ["x", "ansi-cyan-fg"]
    ]);
});

test("256 and all colours are colours of their own", () => {
    assert.deepStrictEqual(seen("\x1b[38;5;196ma\x1b[38;5;9mb\x1b[48;5;244mc"), [
        ["a", "", "color", "rgb(255,0,0)"], ["b", "ansi-red-intense-fg"],
        ["c", "ansi-red-intense-fg", "backgroundColor", "rgb(128,128,128)"]
    ]);
    assert.deepStrictEqual(seen("\x1b[38;2;1;2;3ma"), [["a", "", "color", "rgb(1,2,3)"]]);
    for (const bad of ["38;5;256", "38;5", "38;2;1;2", "38;2;1;2;999", "38;9;1"]) {
        assert.deepStrictEqual(seen(`\x1b[${bad}ma`), [["a", ""]], bad);
    }
});

test("a state goes on in the next line, and costs plain lines nothing", () => {
    const {state} = ansi.parse("\x1b[31mone", ansi.PLAIN);
    assert.deepStrictEqual(seen("two", state), [["two", "ansi-red-fg"]]);
    assert.strictEqual(ansi.end_state("plain", state), state);
    assert.strictEqual(ansi.end_state("\x1b[0m", state), ansi.PLAIN);
});

test("what a terminal would obey is left out", () => {
    const link = "\x1b]8;;http://evil\x1b\\";
    for (const hidden of ["\x1b[2J", "\x1b[?25l", "\x1b]0;a title\x07", link, "\x1b(B", "\x07\x00"]) {
        assert.deepStrictEqual(seen(`a${hidden}b`).map((part) => part[0]).join(""), "ab", JSON.stringify(hidden));
        assert.strictEqual(ansi.plain(`a${hidden}b`), "ab");
    }
    assert.strictEqual(ansi.plain("a\tb"), "a\tb");
});

test("of a progress bar the last state is seen", () => {
    assert.deepStrictEqual(seen(" 10%\r 50%\r100%\r"), [["100%", ""]]);
    assert.deepStrictEqual(seen("\x1b[32m 10%\r100%"), [["100%", "ansi-green-fg"]]);
});

test("a long line of escapes takes no time", () => {
    const line = "\x1b[".repeat(200000) + "\x1b]".repeat(200000);
    assert.ok(ansi.parse(line, ansi.PLAIN));
    assert.ok(ansi.end_state(line, ansi.PLAIN));
});
