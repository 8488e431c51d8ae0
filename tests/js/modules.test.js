// Every file of static/ loads by itself, with nothing of the page but the names it declares.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const {loader, names, STATIC} = require("./amd.js");

const page = {jquery: {}, "base/js/namespace": {}, "base/js/utils": {}, "base/js/dialog": {}};

for (const name of names) {
    test(`${name} loads and touches nothing of the page`, () => {
        assert.ok(Object.keys(loader(page)(name)).length);
    });
}

test("only main.js has what the Notebook calls", () => {
    assert.deepStrictEqual(names.filter((name) => "load_ipython_extension" in loader(page)(name)), ["./main"]);
});

test("only api.js knows addresses of the REST API", () => {
    for (const name of names) {
        const source = fs.readFileSync(path.join(STATIC, `${name}.js`), "utf8");
        assert.strictEqual(/primehub\/api|utils\.ajax|fetch\(/.test(source), name === "./api", name);
    }
});

test("every message that is asked for exists, and every message is asked for", () => {
    const {keys} = loader(page)("./words/en");
    const sources = names.map((name) => fs.readFileSync(path.join(STATIC, `${name}.js`), "utf8")).join("\n");
    const asked = new Set([...sources.matchAll(/\btext\(\s*"(\w+)"(?!\s*\+)/g)].map((match) => match[1]));
    for (const key of asked) {
        assert.ok(keys.includes(key), key);
    }
    for (const key of keys) {
        assert.ok(asked.has(key) || sources.includes(`"${key}"`) || key.startsWith("image_"), `unused: ${key}`);
    }
});

test("addresses become links only when they are web addresses or on this site", () => {
    const {safe_url} = loader(page)("./ui/modal");
    for (const url of ["https://a.example/x?y#z", "http://a.example", "/console/g/phusers/job/1"]) {
        assert.strictEqual(safe_url(url), url);
    }
    const bad = ["javascript:alert(1)", " javascript:alert(1)", "//evil.example", "/\\evil.example", "/\t/evil.example",
        "data:text/html,x", "https:", "https:///x", "relative", "", null, undefined, 7, {}];
    for (const url of bad) {
        assert.strictEqual(safe_url(url), null, String(url));
    }
});
