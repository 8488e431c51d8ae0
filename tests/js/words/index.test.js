// Words: what a person reads for a key or an error.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const words = loader()("./words/index");
const en = loader()("./words/en");

test("values go into a sentence, and only as they are", () => {
    const user = "al{user}ice $& <b>";
    assert.strictEqual(words.text("token_signed_in", {user}), "Signed in as al{user}ice $& <b>.");
    assert.strictEqual(words.text("token_signed_in"), "Signed in as {user}.");
    assert.throws(() => words.text("toString"), /no such message/);
});

test("the server's words are shown as they are", () => {
    const said = words.describe({code: "quota_exceeded", message: "Too big.", hint: "Take less.", field: "image"});
    assert.deepStrictEqual([said.message, said.hint, said.field], ["Too big.", "Take less.", "image"]);
});

test("the browser's own errors have words here", () => {
    for (const code of Object.keys(en.errors)) {
        const said = words.describe({code, message: "other words"});
        assert.ok(said.message.endsWith(".") && said.hint && said.message !== "other words", code);
    }
});

test("an error without words, or none at all, still says what to do", () => {
    for (const error of [null, undefined, {}, {code: "constructor"}, {code: "x", message: 5}, {message: "  "}]) {
        const said = words.describe(error);
        assert.ok(said.message && said.hint);
    }
});

test("durations", () => {
    assert.deepStrictEqual([86400, 172800, 3600, 5400, 60, 61, 1].map(words.duration),
        ["24 hours", "2 days", "1 hour", "90 minutes", "1 minute", "61 seconds", "1 second"]);
});

test("another language is another file of the same shape", () => {
    const other = {
        strings: {ok: "好"}, durations: {hour: ["{count} 小時", "{count} 小時"]}, errors: {no_answer: ["甲", "乙"]},
        unknown: ["丙", "丁"]
    };
    const spoken = loader({"./words/en": other})("./words/index");
    assert.deepStrictEqual([spoken.text("ok"), spoken.duration(7200)], ["好", "2 小時"]);
    const said = [{code: "no_answer"}, {}].map(spoken.describe).map(({message, hint}) => [message, hint]);
    assert.deepStrictEqual(said, [["甲", "乙"], ["丙", "丁"]]);
    assert.deepStrictEqual(JSON.parse(JSON.stringify(en)), en, "a language is nothing but words");
});
