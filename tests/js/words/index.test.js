// Words: what a person reads for a key or an error.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const messages = require("../amd.js").loader()("./words/en");

test("values go into a sentence, and only as they are", () => {
    const user = "al{user}ice $& <b>";
    assert.strictEqual(messages.text("token_signed_in", {user}), "Signed in as al{user}ice $& <b>.");
    assert.strictEqual(messages.text("token_signed_in"), "Signed in as {user}.");
    assert.throws(() => messages.text("toString"), /no such message/);
});

test("the server's words are shown as they are", () => {
    const said = messages.describe({code: "quota_exceeded", message: "Too big.", hint: "Take less.", field: "image"});
    assert.deepStrictEqual([said.message, said.hint, said.field], ["Too big.", "Take less.", "image"]);
});

test("the browser's own errors have words here", () => {
    for (const code of messages.codes) {
        const said = messages.describe({code, message: "other words"});
        assert.ok(said.message.endsWith(".") && said.hint && said.message !== "other words", code);
    }
});

test("an error without words, or none at all, still says what to do", () => {
    for (const error of [null, undefined, {}, {code: "constructor"}, {code: "x", message: 5}, {message: "  "}]) {
        const said = messages.describe(error);
        assert.ok(said.message && said.hint);
    }
});

test("durations", () => {
    assert.deepStrictEqual([86400, 172800, 3600, 5400, 60, 61, 1].map(messages.duration),
        ["24 hours", "2 days", "1 hour", "90 minutes", "1 minute", "61 seconds", "1 second"]);
});
