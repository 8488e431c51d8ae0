// What a notebook's last submission leaves for the next one.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const VALUES = {
    instance_type: "cpu-1", image: "torch", display_name: "train", parameters: "lr=0.1", timeout: "2",
    timeout_unit: "hours"
};

function remembered(kept = new Map()) {
    const localStorage = {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => kept.set(key, value),
        removeItem: (key) => kept.delete(key)
    };
    const page = {"base/js/namespace": {notebook: {base_url: "/"}}};
    return loader(page, {localStorage, console})("./submit/remembered");
}

test("names of repeated submissions differ, and another name begins anew", () => {
    const {remember, recall} = remembered();
    assert.strictEqual(recall("a.ipynb"), null);
    remember("a.ipynb", VALUES, true);
    assert.deepStrictEqual({...recall("a.ipynb")}, {...VALUES, display_name: "train 2"});
    remember("a.ipynb", {...VALUES, display_name: "train 2"}, true);
    assert.strictEqual(recall("a.ipynb").display_name, "train 3");
    remember("a.ipynb", {...VALUES, display_name: "year 2024"}, true);
    assert.strictEqual(recall("a.ipynb").display_name, "year 2024 2");
    assert.strictEqual(recall("b.ipynb"), null);
});

test("parameters that nobody has looked at are not kept", () => {
    const kept = new Map();
    const {remember, recall} = remembered(kept);
    remember("a.ipynb", {...VALUES, parameters: "password=hunter2"}, false);
    assert.strictEqual(recall("a.ipynb").parameters, undefined);
    assert.ok(!JSON.stringify([...kept]).includes("hunter2"));
});

test("what was not written by this version is nothing", () => {
    for (const text of ["{", "[]", "7", "null", '{"name": 1}', '{"name": "x", "number": "1"}']) {
        const {recall} = remembered(new Map([["primehub_nbext:last:/:a.ipynb", text]]));
        assert.strictEqual(recall("a.ipynb"), null, text);
    }
});
