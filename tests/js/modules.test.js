// Every file of static/ loads by itself, with nothing of the page but the names it declares; and keeps to its room.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const {loader, names, STATIC} = require("./amd.js");

const LANGUAGE = names.filter((name) => name.startsWith("./words/en"));
const source = (name) => fs.readFileSync(path.join(STATIC, `${name}.js`), "utf8");
const page = {
    jquery: {}, "base/js/namespace": {}, "base/js/utils": {}, "base/js/dialog": {},
    "notebook/js/outputarea": {}
};

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
        assert.strictEqual(/primehub\/api|utils\.ajax|fetch\(/.test(source(name)), name === "./api", name);
    }
});

test("only words/ has sentences", () => {
    // Two words, the first with a capital, between quotes; comments quote sentences too.
    const sentence = /"[A-Z][a-z]+[^"\n]* [^"\n]*"/;
    for (const name of names) {
        const code = source(name).replace(/^\s*\/\/.*$/gm, "");
        assert.strictEqual(sentence.test(code), LANGUAGE.includes(name), name);
    }
});

test("only what knows the page asks for it", () => {
    const without_page = [
        "./jobs/ansi", "./jobs/cells", "./jobs/chip", "./jobs/differences", "./jobs/doubts", "./jobs/explain",
        "./jobs/feed", "./jobs/job", "./jobs/line_diff", "./jobs/listing", "./jobs/log_stream", "./jobs/log_text",
        "./jobs/parameter_text", "./provenance/origin", "./submit/check", "./submit/edits", "./submit/finding_order",
        "./submit/flow", "./submit/form", "./submit/options", "./submit/rows",
        ...names.filter((name) => name.startsWith("./words/"))
    ];
    for (const name of without_page) {
        assert.ok(Object.keys(loader({})(name)).length, name);
        assert.doesNotMatch(source(name), /\bdocument\b|\$\(/, name);
    }
});

test("no file is longer than 300 lines", () => {
    for (const name of names) {
        assert.ok(source(name).split("\n").length <= 300, name);
    }
});

test("every message that is asked for exists, and every message is asked for", () => {
    const keys = LANGUAGE.flatMap((name) => Object.keys(loader(page)(name).strings));
    const sources = names.filter((name) => !LANGUAGE.includes(name)).map(source).join("\n");
    const asked = new Set([...sources.matchAll(/\btext\(\s*"(\w+)"(?!\s*\+)/g)].map((match) => match[1]));
    for (const key of asked) {
        assert.ok(keys.includes(key), key);
    }
    for (const key of keys) {
        // text("state_" + name)
        const by_part = [...key.matchAll(/_/g)].some((at) => sources.includes(`"${key.slice(0, at.index + 1)}" +`));
        assert.ok(asked.has(key) || sources.includes(`"${key}"`) || by_part, `unused: ${key}`);
    }
});
