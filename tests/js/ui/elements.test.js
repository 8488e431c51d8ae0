// What may become a link.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {safe_url} = require("../amd.js").loader({jquery: {}})("./ui/elements");

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
