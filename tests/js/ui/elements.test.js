// What may become a link, and what of a sentence is code.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const $ = (tag) => ({text: (text) => (tag === "<code>" ? {code: text} : text)});
const {safe_url, parts} = loader({jquery: $})("./ui/elements");

test("what stands between backticks is code", () => {
    assert.deepStrictEqual(parts("The parameter `a b` has no `=`."),
        ["The parameter ", {code: "a b"}, " has no ", {code: "="}, "."]);
    for (const plain of ["no code", "one ` alone", "two `` side by side"]) {
        assert.deepStrictEqual(parts(plain), [plain]);
    }
    assert.deepStrictEqual([parts(""), parts("`<b>`")], [[], [{code: "<b>"}]]);
});

test("addresses become links only when they are web addresses or on this site", () => {
    for (const url of ["https://a.example/x?y#z", "http://a.example", "/console/g/phusers/job/1"]) {
        assert.strictEqual(safe_url(url), url);
    }
    const bad = ["javascript:alert(1)", " javascript:alert(1)", "//evil.example", "/\\evil.example", "/\t/evil.example",
        "data:text/html,x", "https:", "https:///x", "relative", "", null, undefined, 7, {}];
    for (const url of bad) {
        assert.strictEqual(safe_url(url), null, String(url));
    }
});
