// The text of a log: lines out of bytes that come in any pieces, colours that go on, searching, and what was before.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {clearTimeout, setTimeout} = require("node:timers");
const {TextDecoder, TextEncoder} = require("node:util");
const {loader} = require("../amd.js");

const {make} = loader({}, {TextDecoder, setTimeout, clearTimeout})("./jobs/log_text");
const bytes = (text) => new TextEncoder().encode(text);
const text_of = (log, number) => log.line(number).parts.map((part) => part.text).join("");
const all = (log) => Array.from({length: log.count()}, (_, number) => text_of(log, number));

function log_of(text, size = 7) {
    const log = make();
    const given = bytes(text);
    for (let at = 0; at < given.length; at += size) {
        log.append(given.subarray(at, at + size));
    }
    return log;
}

function searched(log, word) {
    return new Promise((resolve) => {
        log.search(word, (found, over) => over && resolve(found));
    });
}

test("lines, however their bytes come", () => {
    const text = "first\n台灣 Größe\n\nlast, not ended";
    for (const size of [1, 2, 3, 1000]) {
        const log = log_of(text, size);
        assert.deepStrictEqual(all(log), text.split("\n"));
        assert.strictEqual(log.head(8), "first\n台灣");
    }
    assert.strictEqual(log_of("one\n").count(), 1);
    assert.strictEqual(make().count(), 0);
    assert.deepStrictEqual(all(log_of("\xff\ufeff|")), ["\xff\ufeff|"]);
});

test("colours go on from line to line", () => {
    const log = log_of("\x1b[31mred\nstill\n\x1b[0mnot\n");
    const classes = [0, 1, 2].map((number) => log.line(number).parts[0].classes);
    assert.deepStrictEqual(classes, ["ansi-red-fg", "ansi-red-fg", ""]);
});

test("of a very long line the beginning is shown", () => {
    const log = log_of("x".repeat(1000000) + "\nnext\n", 100000);
    assert.deepStrictEqual([text_of(log, 0).length, log.line(0).cut, text_of(log, 1)], [10000, 990000, "next"]);
});

test("a word is found in any case of letters, colours or not, also in lines that come later", async () => {
    const log = log_of("Error\nfine\n\x1b[31mer\x1b[1mror\x1b[0m\n");
    assert.deepStrictEqual(await searched(log, "ERROR"), [0, 2]);
    assert.deepStrictEqual(await searched(log, "31m"), []);
    let found;
    const search = await new Promise((resolve) => {
        const made = log.search("error", (now, over) => {
            found = now;
            if (over) {
                resolve(made);
            }
        });
    });
    log.append(bytes("an err"));
    search.more();
    log.append(bytes("or\nno\n"));
    search.more();
    assert.deepStrictEqual(found, [0, 2, 3]);
    search.stop();
});

test("what was before is put before it", async () => {
    const whole = "\x1b[32mone\ntwo\nthree\nfour\n";
    const log = log_of("three\nfour\n");
    const count = await new Promise((resolve) => log.prepend(whole.slice(0, whole.indexOf("three") - 1), resolve));
    assert.strictEqual(count, 2);
    assert.deepStrictEqual(all(log), ["one", "two", "three", "four"]);
    assert.strictEqual(log.line(2).parts[0].classes, "ansi-green-fg");
});

test("two hundred megabytes are not all kept", () => {
    const log = make();
    const block = bytes(("y".repeat(99) + "\n").repeat(100000));
    for (let n = 0; n < 20; n += 1) {
        log.append(block);
    }
    assert.ok(log.dropped() > 0);
    assert.strictEqual(log.dropped() + log.count(), 2000000);
    assert.strictEqual(text_of(log, log.count() - 1), "y".repeat(99));
});
